import type { FileProblem } from './grant-file-problems.ts'

/** What can be wrong with a row of a batch, as a code and its values. The words are in `batches.problem` and `grantFile` of the catalogue. */
export type BatchProblem =
  | FileProblem
  | { code: 'keyAbove'; before: number }
  /** Its key names a payout that asks for something else. */
  | { code: 'keyTaken'; payoutId: string }
  /** Its key names a payout that nobody can compare it with: what that asked for can't be read. */
  | { code: 'keyUnreadable'; payoutId: string }
  /** `most`: amount and currency, "1,000.00 EUR". */
  | { code: 'overLimit'; most: string }
  /** Only the API can send such a row. */
  | { code: 'noRow' }

/** The same receiver, amount and currency: on a line above, or in a payout of the last 24 hours. Not wrong, but people should look. */
export type BatchRepeat = { line: number; payoutId?: undefined } | { payoutId: string; line?: undefined }

/** A short name that stays, for other programs: of a field the reason why it is wrong. */
export const problemCode = (problem: BatchProblem): string =>
  problem.code === 'field' ? (problem.problem.said?.code ?? 'invalid') : problem.code
