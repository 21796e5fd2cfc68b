import type { FileProblem } from './grant-file-problems.ts'

/** What can be moved in. Receivers come first, because the others name them. */
export const importKinds = ['receivers', 'destinations', 'history'] as const
export type ImportKind = (typeof importKinds)[number]

/** What can be wrong with a row that is moved in. The words are in `moving.problem` and `grantFile` of the catalogue. */
export type ImportProblem =
  | FileProblem
  /** The same receiver, account or reference is on a line above. */
  | { code: 'sameAbove'; before: number }
  | { code: 'receiverUnknown' }
  /** They are paid, ask for payouts or sign in here, so a new account of theirs cools off and is told to them, as any other. */
  | { code: 'receiverLive' }
  /** The former system's payout of this reference is here already, and says something else. */
  | { code: 'historyDiffers' }

/** `line`: in the file, whose header is line 1; 0 is the file as a whole. */
export type ImportLineProblem = { line: number } & ImportProblem

/** Why a row was left out when it was applied: it fitted when it was checked. */
export type LeftOut = {
  line: number
  code: 'receiverDiffers' | 'receiverUnknown' | 'receiverLive' | 'historyDiffers'
}
