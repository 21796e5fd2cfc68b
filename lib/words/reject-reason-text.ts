/** The reason of a rejection as people read it. */
import { rejectReasonOf } from '#lib/payouts/reject-reasons.ts'
import type { Words } from './words.ts'

export type RejectReasonText = (stored: string) => string

/** Gives a ready-made reason in the reader's language, and a person's own words as they are. */
export const rejectReasonText =
  (t: Words<'rejectReasons'>): RejectReasonText =>
  (stored) => {
    const code = rejectReasonOf(stored)
    return code === null ? stored : t(`${code}.text`)
  }
