import { useTranslations } from 'next-intl'
import { isKnownField } from '#lib/payouts/fields.ts'
import { titleOf } from '#lib/payouts/text.ts'

/** What the merchant calls fields of the gateway, in the reader's language. */
export type FieldWords = Readonly<Record<string, { label: string | null; hint: string | null }>>

/** What people read beside a gateway field: the merchant's own word for it, else ours. A name that nobody has words for is shown as a title. */
export function useFieldLabel(words: FieldWords = {}): (name: string) => string {
  const t = useTranslations('fields')
  return (name) => words[name]?.label ?? (isKnownField(name) ? t(name) : titleOf(name))
}
