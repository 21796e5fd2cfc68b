/** What is wrong with a row that is moved in, as people read it. */
import type { ImportProblem } from '#lib/payouts/import-problems.ts'
import { fileProblemText } from './grant-file-text.ts'
import type { Locale } from './locales.ts'
import { wordsFor } from './words.ts'

export function importProblemText(locale: Locale, problem: ImportProblem): string {
  const t = wordsFor(locale, 'moving')
  if (problem.code === 'sameAbove') return t('problem.sameAbove', { before: problem.before })
  if (
    problem.code === 'receiverUnknown' ||
    problem.code === 'receiverLive' ||
    problem.code === 'historyDiffers'
  )
    return t(`problem.${problem.code}`)
  return fileProblemText(locale, problem)
}
