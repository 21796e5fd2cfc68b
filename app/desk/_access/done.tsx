import { DoneAlert } from '#app/_ui/alert.tsx'

const told: Record<string, string> = {
  proposed: 'It was proposed and waits. Everybody who has to know was told by mail.',
  confirmed: 'It was confirmed and is in effect.',
  declined: 'It was declined. Nothing was changed.',
  withdrawn: 'It was withdrawn. Nothing was changed.',
}

/** What was just done about a proposal; nothing for an unknown word in the address. */
export function AccessDone({ done }: { done: string | string[] | undefined }) {
  const title = typeof done === 'string' && Object.hasOwn(told, done) ? told[done] : undefined
  if (title === undefined) return null
  return <DoneAlert title={title} />
}
