import type { InputProblem } from './input-problems.ts'

/** What can be wrong with a file of grants, as a code and its values. The words of each are in `grantFile` of the catalogue. */
export type FileProblem =
  | {
      code:
        | 'isSpreadsheet'
        | 'notUtf8'
        | 'brokenUtf16'
        | 'brokenSheet'
        | 'sheetTooBig'
        | 'empty'
        | 'noText'
        | 'quotes'
        | 'noRows'
        | 'hiddenRow'
        | 'referenceTaken'
        | 'receiverDiffers'
        | 'receiverDiffersAbove'
    }
  | { code: 'separator'; separator: string }
  | { code: 'cells'; cells: number; names: number }
  /** `max`: megabytes. */
  | { code: 'tooLarge'; max: number }
  | { code: 'tooManyRows'; max: number }
  | { code: 'headerLacks'; missing: string; needed: string; optional: string }
  | { code: 'unknownColumn' | 'columnTwice'; name: string }
  /** What a spreadsheet made of the value. */
  | { code: 'shortened' | 'narrow' | 'sheetError' | 'date' | 'numberCell'; column: string; cell: string }
  | { code: 'referenceAbove'; before: number }
  | { code: 'field'; column: string; problem: InputProblem }

/** `line`: in the file, whose header is line 1; 0 is the file as a whole. */
export type LineProblem = { line: number } & FileProblem
