/** Grants and balances as other systems see them. */
import { z } from 'zod'
import { isCurrencyCode } from '#lib/payouts/money.ts'
import { absentNulls } from './absent-nulls.ts'
import { issueWords } from './issue-words.ts'
import { idText, receiverSchema } from './payout.ts'

const referenceMaxCharacters = 128

/** POST /api/v1/grants. */
export const grantRequestSchema = z.strictObject({
  receiver: receiverSchema,
  amount: z.string({ error: 'Must be a decimal string such as "100.50".' }),
  currency: z
    .string({ error: 'Must be a currency code such as "EUR".' })
    .refine(isCurrencyCode, 'Must be a currency code such as "EUR".'),
  reference: idText(referenceMaxCharacters),
})
export type GrantRequest = z.infer<typeof grantRequestSchema>

/** Reads a request as `readPayoutRequest` does. */
export const readGrantRequest = (body: unknown) =>
  grantRequestSchema.safeParse(absentNulls(grantRequestSchema, body), { error: issueWords })

export const grantViewSchema = z.object({
  id: z.string(),
  receiver: z.object({ id: z.string(), externalId: z.string() }),
  amount: z.string(),
  currency: z.string(),
  reference: z.string(),
  source: z.enum(['api', 'desk', 'csv', 'operator']),
  createdAt: z.string(),
  payableFrom: z.string().meta({ description: 'Nobody can ask for it before.' }),
  /** When it was taken back; null if it was not. */
  reversedAt: z.string().nullable(),
})
export type GrantView = z.infer<typeof grantViewSchema>

/** GET /api/v1/grants: newest first. */
export const grantListSchema = z.object({ data: z.array(grantViewSchema), nextCursor: z.string().nullable() })

/** granted = available + reserved + paid, always; what is in its holding period is part of what is available. */
export const balanceViewSchema = z.object({
  currency: z.string(),
  granted: z.string(),
  available: z.string(),
  held: z.string().meta({ description: 'The part of `available` that cannot be asked for yet.' }),
  payableFrom: z
    .string()
    .nullable()
    .meta({ description: 'When more of it can be asked for next; null while nothing waits.' }),
  reserved: z.string(),
  paid: z.string(),
})
export type BalanceView = z.infer<typeof balanceViewSchema>

/** GET /api/v1/receivers/{externalId}/balances. */
export const receiverBalancesSchema = z.object({
  receiver: z.object({ id: z.string(), externalId: z.string() }),
  balances: z.array(balanceViewSchema),
})
export type ReceiverBalances = z.infer<typeof receiverBalancesSchema>
