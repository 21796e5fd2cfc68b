import { shownTurning, splitIsolated } from '#lib/payouts/text.ts'

/**
 * What another system wrote, or a kept sentence that quotes it: it turns the direction of nothing around it. A plain `<bdi>` is enough for
 * what people wrote here, which holds no characters that turn the direction.
 */
export function Foreign({ text }: { text: string }) {
  return <bdi>{shownTurning(text)}</bdi>
}

/** A sentence of ours with foreign texts in it, each marked by `isolated`. */
export function Sentence({ text }: { text: string }) {
  return (
    <span>
      {splitIsolated(text).map((part, index) =>
        part.foreign ? <bdi key={index}>{part.text}</bdi> : <span key={index}>{part.text}</span>,
      )}
    </span>
  )
}
