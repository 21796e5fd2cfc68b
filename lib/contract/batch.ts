/** Batches as other systems see them. What is wrong with a row is told per row, so its shape is no part of the request's. */
import { z } from 'zod'
import { batchStates } from './list-query.ts'
import { text } from './payout.ts'

/** POST /api/v1/batches. */
export const batchRequestSchema = z.strictObject({
  name: text(200).optional(),
  /** Each a payout request with a `key`. */
  rows: z.array(z.unknown()).min(1).max(10_000),
})

/** POST /api/v1/batches/{id}/submit. */
export const batchSubmitSchema = z.strictObject({
  /** How many rows with errors are left out; it must be all of them. */
  leaveOut: z.int().min(0).max(10_000).default(0),
})

const sum = z.object({ currency: z.string(), count: z.int(), amount: z.string() })

export const batchViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  /**
   * `checked`: nothing has happened yet. `working`: payouts are being made. `over`: nobody submitted it within a week. `cancelling`: what
   * isn't sent yet is being cancelled.
   */
  state: z.enum(batchStates),
  rows: z.int(),
  /** Rows with errors; rows whose payout was there before; rows that repeat another payment. */
  wrong: z.int(),
  known: z.int(),
  repeats: z.int(),
  newReceivers: z.int(),
  /** What the check found would be paid. */
  sums: z.array(sum),
  /** Rows that are payouts or refused since it was submitted. */
  done: z.int(),
  /** Its payouts as they are now. */
  payouts: z.array(sum.extend({ status: z.string() })),
  createdAt: z.string(),
  submittedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  cancelledAt: z.string().nullable(),
})
export type BatchView = z.infer<typeof batchViewSchema>

const problem = z.object({ code: z.string(), message: z.string() })

export const batchRowSchema = z.object({
  line: z.int(),
  key: z.string(),
  receiver: z.string(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  /** `wrong`, `refused`, `waiting`, or the status of its payout. */
  status: z.string(),
  payoutId: z.string().nullable(),
  errors: z.array(problem),
  /** Why its payout brought no money. */
  failure: problem.nullable(),
  /** The same receiver, amount and currency: on another line, or in a payout of the last 24 hours. */
  repeats: z.array(z.object({ line: z.int().nullable(), payoutId: z.string().nullable() })),
  newReceiver: z.boolean(),
})
export type BatchRowView = z.infer<typeof batchRowSchema>

export const batchPageSchema = z.object({ data: z.array(batchViewSchema), nextCursor: z.string().nullable() })
export const batchRowPageSchema = z.object({
  data: z.array(batchRowSchema),
  nextCursor: z.string().nullable(),
})
