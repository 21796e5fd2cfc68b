import { useTranslations } from 'next-intl'
import { isKnownField } from '#lib/payouts/fields.ts'
import { titleOf } from '#lib/payouts/text.ts'

/** What people read beside a gateway field. A name that nobody has words for is shown as a title. */
export function useFieldLabel(): (name: string) => string {
  const t = useTranslations('fields')
  return (name) => (isKnownField(name) ? t(name) : titleOf(name))
}
