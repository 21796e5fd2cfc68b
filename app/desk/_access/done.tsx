import { useTranslations } from 'next-intl'
import { DoneAlert } from '#app/_ui/alert.tsx'

const acts = ['proposed', 'confirmed', 'declined', 'withdrawn'] as const

/** What was just done about a proposal; nothing for an unknown word in the address. */
export function AccessDone({ done }: { done: string | string[] | undefined }) {
  const t = useTranslations('access')
  const act = acts.find((one) => one === done)
  if (act === undefined) return null
  return <DoneAlert title={t(`done.${act}`)} />
}
