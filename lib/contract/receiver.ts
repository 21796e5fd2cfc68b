/** Receivers and their saved destinations as other systems see and send them. */
import { z } from 'zod'
import { labelMaxCharacters } from '#lib/payouts/destination-label.ts'
import { locales } from '#lib/words/locales.ts'
import { absentNulls } from './absent-nulls.ts'
import { issueWords } from './issue-words.ts'
import { payoutRequestSchema, receiverSchema, text } from './payout.ts'

/** PUT /api/v1/receivers/{externalId}. */
export const receiverRequestSchema = receiverSchema.omit({ externalId: true })
export type ReceiverRequest = z.infer<typeof receiverRequestSchema>

/** Reads a request as `readPayoutRequest` does. */
export const readReceiverRequest = (body: unknown) =>
  receiverRequestSchema.safeParse(absentNulls(receiverRequestSchema, body), { error: issueWords })

export const receiverViewSchema = z.object({
  id: z.string(),
  externalId: z.string(),
  email: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  locale: z
    .enum(locales)
    .nullable()
    .meta({ description: 'The language we write to them in; null: nobody has said.' }),
  createdAt: z.string(),
})
export type ReceiverView = z.infer<typeof receiverViewSchema>

export const receiverPageSchema = z.object({
  data: z.array(receiverViewSchema),
  nextCursor: z.string().nullable(),
})

/** POST /api/v1/receivers/{externalId}/destinations. */
export const destinationRequestSchema = z.strictObject({
  destination: payoutRequestSchema.shape.destination.unwrap(),
  label: text(labelMaxCharacters).optional(),
})

/** Reads a request as `readPayoutRequest` does. */
export const readDestinationRequest = (body: unknown) =>
  destinationRequestSchema.safeParse(absentNulls(destinationRequestSchema, body), { error: issueWords })

export const destinationViewSchema = z.object({
  id: z.string(),
  receiver: z.object({ id: z.string(), externalId: z.string() }),
  label: z.string(),
  destination: z
    .record(z.string(), z.string())
    .meta({ description: 'As in a payout: of numbers and codes the last four characters alone.' }),
  isDefault: z.boolean(),
  createdAt: z.string(),
  usableFrom: z
    .string()
    .meta({ description: 'The end of its cooling-off time: nothing is sent to it before.' }),
  frozenAt: z
    .string()
    .nullable()
    .meta({ description: 'When its receiver froze it. Nothing is sent to it until staff release it.' }),
  disabledAt: z.string().nullable(),
})
export type DestinationView = z.infer<typeof destinationViewSchema>

export const destinationPageSchema = z.object({
  data: z.array(destinationViewSchema),
  nextCursor: z.string().nullable(),
})
