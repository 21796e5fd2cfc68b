/** What is wrong with a file of grants, as people read it. */
import type { FileProblem } from '#lib/payouts/grant-file-problems.ts'
import type { Locale } from './locales.ts'
import { problemText } from './problem-text.ts'
import { wordsFor } from './words.ts'

export function fileProblemText(locale: Locale, problem: FileProblem): string {
  const t = wordsFor(locale, 'grantFile')
  switch (problem.code) {
    case 'separator':
      return t('separator', { separator: problem.separator })
    case 'cells':
      return t('cells', { cells: problem.cells, names: problem.names })
    case 'tooLarge':
    case 'tooManyRows':
      return t(problem.code, { max: problem.max })
    case 'headerLacks': {
      const { missing, needed, optional } = problem
      return t('headerLacks', { missing, needed, optional })
    }
    case 'unknownColumn':
    case 'columnTwice':
      return t(problem.code, { name: problem.name })
    case 'shortened':
    case 'narrow':
    case 'sheetError':
    case 'date':
    case 'numberCell':
      return t(problem.code, { column: problem.column, cell: problem.cell })
    case 'referenceAbove':
      return t('referenceAbove', { before: problem.before })
    // The names of columns are the same in every language: they are what the file says.
    case 'field':
      return `${problem.column}: ${problemText(locale, problem.problem)}`
    case 'brokenSheet':
    case 'sheetTooBig':
    case 'isSpreadsheet':
    case 'notUtf8':
    case 'brokenUtf16':
    case 'empty':
    case 'noText':
    case 'quotes':
    case 'noRows':
    case 'hiddenRow':
    case 'referenceTaken':
    case 'receiverDiffers':
    case 'receiverDiffersAbove':
      return t(problem.code)
  }
}
