/** What is wrong with a row of a batch, as people read it. */
import type { BatchProblem } from '#lib/payouts/batch-problems.ts'
import { fileProblemText } from './grant-file-text.ts'
import type { Locale } from './locales.ts'
import { moneyText } from './money.ts'
import { wordsFor } from './words.ts'

export function batchProblemText(locale: Locale, problem: BatchProblem): string {
  const t = wordsFor(locale, 'batches')
  if (problem.code === 'keyAbove') return t('problem.keyAbove', { before: problem.before })
  if (problem.code === 'overLimit') return t('problem.overLimit', { most: moneyText(locale, problem.most) })
  if (problem.code === 'keyTaken' || problem.code === 'keyUnreadable' || problem.code === 'noRow')
    return t(`problem.${problem.code}`)
  return fileProblemText(locale, problem)
}
