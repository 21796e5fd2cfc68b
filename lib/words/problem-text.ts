/** What is wrong with what somebody typed, as they read it. The API and the command line take the English words. */
import { isKnownField } from '#lib/payouts/fields.ts'
import type { InputProblem, Said } from '#lib/payouts/input-problems.ts'
import { titleOf } from '#lib/payouts/text.ts'
import type { Locale } from './locales.ts'
import { wordsFor } from './words.ts'

export const problemText = (locale: Locale, { said, message }: InputProblem): string =>
  said ? saidText(locale, said) : message

/** With its words, as the API answers it. */
export const inEnglish = (problem: InputProblem): { path: string; message: string } => ({
  path: problem.path,
  message: problemText('en', problem),
})

function saidText(locale: Locale, said: Said): string {
  const t = wordsFor(locale, 'fields')
  const labelOf = (field: string) => (isKnownField(field) ? t(field) : titleOf(field))
  // What each code needs, told apart by its figures.
  if ('field' in said)
    return 'max' in said
      ? t('problem.fieldTooLong', { field: labelOf(said.field), max: said.max })
      : t('problem.fieldMissing', { field: labelOf(said.field) })
  if ('days' in said) return t('problem.momentFar', { days: said.days })
  if ('list' in said) return t('problem.oneOf', { list: said.list })
  if ('whole' in said) return t('problem.amountTwoReadings', { whole: said.whole, fraction: said.fraction })
  if ('digits' in said) return t('problem.amountDigits', { currency: said.currency, digits: said.digits })
  if ('least' in said) return t(`problem.${said.code}`, { contrast: said.contrast, least: said.least })
  if ('min' in said) return t(`problem.${said.code}`, { min: said.min, max: said.max })
  if ('max' in said) return t(`problem.${said.code}`, { max: said.max })
  return t(`problem.${said.code}`)
}
