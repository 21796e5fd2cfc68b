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
  switch (said.code) {
    case 'tooLong':
    case 'keyName':
    case 'viewName':
    case 'viewsMany':
    case 'tooMany':
      return t(`problem.${said.code}`, { max: said.max })
    case 'wholeNumber':
    case 'passwordLength':
    case 'choose':
      return t(`problem.${said.code}`, { min: said.min, max: said.max })
    case 'oneOf':
      return t('problem.oneOf', { list: said.list })
    case 'amountTwoReadings':
      return t('problem.amountTwoReadings', { whole: said.whole, fraction: said.fraction })
    case 'amountDigits':
      return t('problem.amountDigits', { currency: said.currency, digits: said.digits })
    case 'fieldMissing':
      return t('problem.fieldMissing', { field: labelOf(said.field) })
    case 'fieldTooLong':
      return t('problem.fieldTooLong', { field: labelOf(said.field), max: said.max })
    default:
      return t(`problem.${said.code}`)
  }
}
