/** The shapes other systems and the browser see. What depends on the installation is checked in lib/services/payout/read-request.ts. */
import { z } from 'zod'
import { accountFields } from '#lib/payouts/fields.ts'
import {
  asciiEmail,
  idProblem,
  lineProblem,
  tidyEmail,
  tidyId,
  tidyLine,
  turnsWriting,
} from '#lib/payouts/text.ts'
import { erasedPrefix } from '#lib/payouts/receiver-name.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { Said } from '#lib/payouts/input-problems.ts'
import { languageOf, locales } from '#lib/words/locales.ts'
import { absentNulls } from './absent-nulls.ts'
import { customIssue } from './describe-issue.ts'
import { issueWords } from './issue-words.ts'

const bounded = (schema: z.ZodString, max: number) => schema.min(1).max(max)

/** One line of text that can be stored, shown and sent: kept in NFC, without invisible characters. */
export const text = (max: number) =>
  bounded(z.string().overwrite(tidyLine), max).superRefine(refuseWith(lineProblem))

/** An id of another system, or a reference: as above, but invisible characters are refused, because ids name things. */
export const idText = (max: number) =>
  bounded(z.string().overwrite(tidyId), max).superRefine(refuseWith(idProblem))

const notAnEmail = 'Must be an e-mail address.'

/** An e-mail address; its domain may have letters of any script. */
export const emailText = z
  .string({ error: notAnEmail })
  .overwrite(tidyEmail)
  .max(128)
  .refine((email) => z.email().safeParse(asciiEmail(email)).success, {
    error: notAnEmail,
    params: { said: { code: 'email' } satisfies Said },
  })
  .meta({ format: 'email' })

const refuseWith =
  (problemOf: (text: string) => Said | undefined) =>
  (text: string, context: z.RefinementCtx): void => {
    const said = problemOf(text)
    if (said) context.addIssue(customIssue(said))
  }

/** A language that people are written to, as a BCP 47 tag; of "ru-RU" it keeps "ru". */
const notALanguage = `Must be a language we write in: ${locales.join(' or ')}.`
export const localeTag = z
  .string({ error: notALanguage })
  .overwrite(languageOf)
  .pipe(z.enum(locales, { error: notALanguage }))

/** Who gets the money. Of somebody who is known, names and e-mail must fit what is known; a language may be new. */
export const receiverSchema = z.strictObject({
  // The place of the number of somebody who is erased.
  externalId: idText(128).refine((id) => !id.startsWith(erasedPrefix), {
    error: `Must not begin with "${erasedPrefix}".`,
  }),
  email: emailText.optional(),
  firstName: text(50).optional(),
  lastName: text(50).optional(),
  locale: localeTag.optional(),
})

const isUnturned = (value: string) => !turnsWriting(value)
const unturnedOnly = 'Must not contain characters that turn the direction of writing.'

/** A moment as RFC 3339 writes it, with its offset; kept in UTC, so that one moment is always the same text. */
const notAMoment = 'Must be a time with its offset, such as "2026-12-24T09:00:00+01:00".'
const payAtText = z
  .string({ error: notAMoment })
  .max(64)
  .refine((value) => z.iso.datetime({ offset: true }).safeParse(value).success, {
    error: notAMoment,
    params: { said: { code: 'moment' } satisfies Said },
  })
  // What is wrong already is left as it is.
  .overwrite((value) => (Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString()))
  .meta({ format: 'date-time' })

/** POST /api/v1/payouts. */
export const payoutRequestSchema = z.strictObject({
  amount: z.string({ error: 'Must be a decimal string such as "100.50".' }),
  currency: z.string({ error: 'Must be a currency code such as "EUR".' }),
  receiver: receiverSchema,
  destination: z
    .record(z.string().max(64), bounded(z.string().overwrite(tidyLine), 128))
    .superRefine((fields, context) => {
      for (const [name, value] of Object.entries(fields)) {
        // An account number loses what was pasted along with it.
        const said = accountFields.includes(name) ? undefined : lineProblem(value)
        if (said) context.addIssue(customIssue(said, [name]))
      }
    })
    .default({}),
  description: text(1000).optional(),
  payAt: payAtText.optional(),
  metadata: z
    .record(
      z.string().max(64).refine(isUnturned, unturnedOnly),
      z.union([
        z
          .string()
          .overwrite((value) => value.normalize('NFC'))
          .max(500)
          .refine(isUnturned, unturnedOnly),
        z.number(),
        z.boolean(),
        z.null(),
      ]),
    )
    .refine((metadata) => Object.keys(metadata).length <= 50, 'May have at most 50 entries.')
    .default({}),
})
export type PayoutRequest = z.infer<typeof payoutRequestSchema>

/** A request as another system sends it: `null` for an optional field is the same as leaving it out. */
export const readPayoutRequest = (body: unknown) =>
  payoutRequestSchema.safeParse(absentNulls(payoutRequestSchema, body), { error: issueWords })

const failureCodes = ['declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired'] as const

/** A payout as /api/v1 and the operator's command line show it. */
export const payoutViewSchema = z.object({
  id: z.string(),
  status: z.enum(payoutStatuses),
  final: z.boolean(),
  amount: z.string(),
  currency: z.string(),
  receiver: z.object({
    id: z.string(),
    externalId: z.string(),
    email: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    locale: z.enum(locales).nullable(),
  }),
  destination: z.record(z.string(), z.string()),
  description: z.string().nullable(),
  /** Not sent before; null: as soon as it may be. */
  payAt: z.string().nullable(),
  gateway: z.object({
    clientOrderId: z.string(),
    orderId: z.string().nullable(),
    status: z.string().nullable(),
    stage: z.string().nullable(),
    amount: z.string().nullable(),
    currency: z.string().nullable(),
  }),
  redirectUrl: z.string().nullable(),
  statusUrl: z.string().nullable(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  failure: z
    .object({
      code: z.enum(failureCodes),
      message: z.string(),
      gatewayCode: z.string().nullable(),
      gatewayMessage: z.string().nullable(),
    })
    .nullable(),
  /** The two people who settled it because Cardzo could not say how it ended; null otherwise. */
  settledBy: z.array(z.object({ name: z.string(), at: z.string() })).nullable(),
  retryOf: z
    .string()
    .nullable()
    .meta({ description: 'The id of the unpaid payout that this one retries; null: none.' }),
  createdAt: z.string(),
  updatedAt: z.string(),
  finalAt: z.string().nullable(),
})
export type PayoutView = z.infer<typeof payoutViewSchema>

export const payoutPageSchema = z.object({
  data: z.array(payoutViewSchema),
  nextCursor: z.string().nullable(),
})

/** Whose turn it is: the receiver's, the merchant's finance staff's, Cardzo's or the bank's, or nobody's (it is over). */
export const turns = ['you', 'finance', 'cardzo', 'nobody'] as const
export type Turn = (typeof turns)[number]

/** GET /api/pay/{token}/status: what the receiver's page needs and nothing more. */
export const statusViewSchema = z.object({
  status: z.enum(payoutStatuses),
  final: z.boolean(),
  redirectUrl: z.string().nullable(),
  /** The host of redirectUrl, to show beside the link. */
  redirectHost: z.string().nullable(),
  returnedAt: z.string().nullable(),
  /** The receiver is back from the bank, and Cardzo has not asked for the form since, so it is not offered again. */
  checkingForm: z.boolean(),
  /** Approved, and not sent while the merchant has stopped all payments. */
  paused: z.boolean(),
  pollAfterMs: z.number(),
  version: z.number(),
  amount: z.string(),
  currency: z.string(),
  /** For people: "1,234.50 EUR". */
  displayAmount: z.string(),
  accountLast4: z.string().nullable(),
  bankName: z.string().nullable(),
  /** Whose account it is, as far as it is known. */
  receiverName: z.string().nullable(),
  turn: z.enum(turns),
  /** It waits for Cardzo, which does not answer at the moment. */
  silent: z.boolean(),
  /** Why it was not paid, in the reader's language: what staff wrote when they rejected it, or the words of Cardzo's code. */
  reason: z.string().nullable(),
  /** Set when the bank's address did not pass the check. */
  contactMerchant: z.boolean(),
  /** When it is to be sent at the earliest, while that is ahead and it isn't sent. */
  payAt: z.string().nullable(),
  /** When the cooling-off of a new destination ends: the payment is not sent before. 9999-12-31: its receiver has
   * frozen it, until staff release it. Null when it does not wait for that, or no longer. */
  coolingOffUntil: z.string().nullable(),
  /** When an approved payout is sent: until then it can be taken back. Null as above. */
  sendAfter: z.string().nullable(),
  /** What the merchant wrote to the receiver, oldest first. */
  notes: z.array(z.object({ text: z.string(), at: z.string() })),
  reference: z.string(),
  requestedAt: z.string(),
  finalAt: z.string().nullable(),
  updatedAt: z.string(),
})
export type StatusView = z.infer<typeof statusViewSchema>
