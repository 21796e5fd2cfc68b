import { shownTurning, splitIsolated } from '#lib/payouts/text.ts'

/**
 * Text that another system wrote, or a stored sentence that quotes it. It can't turn the direction of the text around it. For what people
 * typed here a plain `<bdi>` is enough, because such characters are refused.
 */
export function Foreign({ text }: { text: string }) {
  return <bdi>{shownTurning(text)}</bdi>
}

/** A sentence of ours with foreign texts in it, marked by `isolated`. */
export function Sentence({ text }: { text: string }) {
  return (
    <span>
      {splitIsolated(text).map((part, index) =>
        part.foreign ? <bdi key={index}>{part.text}</bdi> : <span key={index}>{part.text}</span>,
      )}
    </span>
  )
}
