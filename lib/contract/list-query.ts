/** What the API's lists can be asked for, as the query of an address. app/_server/list-query.ts reads it. */
import { z } from 'zod'
import { isCurrencyCode } from '#lib/payouts/money.ts'
import { isStorable } from '#lib/payouts/storable.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'

/** How many rows a page has unless the request says otherwise. */
export const usualLimit = 50

/** `usually`: without the parameter. */
const limit = (usually = usualLimit, most = 100) =>
  z
    .string()
    .regex(/^[1-9]\d{0,3}$/, `Must be a whole number from 1 to ${most}.`)
    .refine((text) => Number(text) <= most, `Must be a whole number from 1 to ${most}.`)
    .transform(Number)
    .optional()
    .meta({
      description: 'Rows per page.',
      parameter: { type: 'integer', minimum: 1, maximum: most, default: usually },
      example: 2,
    })

const cursor = z
  .string()
  .optional()
  .meta({ description: '`nextCursor` of the page before. It belongs to this list with this filter.' })

const receiver = z
  .string()
  .refine(
    (id) => id !== '' && id.length <= 128 && isStorable(id),
    'Must be an external id of 1 to 128 characters.',
  )
  .optional()
  .meta({
    description: "Only this receiver, by the merchant's own external id.",
    parameter: { type: 'string', minLength: 1, maxLength: 128 },
    example: 'cust-42',
  })

const notAMoment = 'Must be a time with its zone, such as 2026-11-01T00:00:00+01:00.'
/** Neither PostgreSQL nor people reckon with the years beyond. */
const isUsual = (time: string) => time >= '1970-01-02' && time < '9999-12-31'
const moment = (description: string) =>
  z.iso
    .datetime({ offset: true, error: notAMoment })
    .refine(isUsual, notAMoment)
    .transform((time) => new Date(time))
    .optional()
    .meta({
      description: `${description} With its zone, such as \`2026-11-01T00:00:00+01:00\`.`,
      parameter: { type: 'string', format: 'date-time' },
      example: '2026-11-01T00:00:00+01:00',
    })

/** A list without a filter. */
export const pageQuery = z.strictObject({ limit: limit(), cursor })

/** GET /api/v1/payouts. */
export const payoutListQuery = z.strictObject({
  status: z
    .array(z.enum(payoutStatuses, { error: `Must be one of ${payoutStatuses.join(', ')}.` }))
    .optional()
    .meta({ description: 'Only these statuses; may be repeated.', example: ['paid', 'declined'] }),
  receiver,
  currency: z
    .string()
    .refine(isCurrencyCode, 'Must be a currency code such as EUR.')
    .optional()
    .meta({
      description: 'Only this currency.',
      parameter: { type: 'string', pattern: '^[A-Z]{3}$' },
      example: 'EUR',
    }),
  endpoint: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'Must be the number of an endpoint, such as 2.')
    .transform(Number)
    .optional()
    .meta({
      description: 'Only payouts that go to this endpoint of Cardzo, by its number on the desk.',
      parameter: { type: 'integer', minimum: 1, maximum: 9999 },
      example: 1,
    }),
  from: moment('Only payouts made at this time or later.'),
  to: moment('Only payouts made before this time.'),
  limit: limit(),
  cursor,
})

/** GET /api/v1/grants. Without `limit` it gives 100, as it did before there were pages. */
export const grantListQuery = z.strictObject({ receiver, limit: limit(100), cursor })

/** Where a batch can be. */
export const batchStates = ['checked', 'working', 'done', 'over', 'cancelling', 'cancelled'] as const

/** GET /api/v1/batches. */
export const batchListQuery = z.strictObject({
  state: z
    .enum(batchStates, { error: `Must be one of ${batchStates.join(', ')}.` })
    .optional()
    .meta({ description: 'Only batches in this state.', example: 'working' }),
  limit: limit(),
  cursor,
})

/** Rows of a batch that can be asked for by themselves. */
export const batchRowChoices = ['all', 'wrong', 'repeats', 'new', 'sent'] as const

/** GET /api/v1/batches/{id}/rows. */
export const batchRowsQuery = z.strictObject({
  rows: z
    .enum(batchRowChoices, { error: `Must be one of ${batchRowChoices.join(', ')}.` })
    .optional()
    .meta({
      description:
        'Only rows with errors, that repeat a payment, that name a new receiver, or whose payout can no longer be cancelled.',
      example: 'wrong',
    }),
  limit: limit(100, 1000),
  cursor,
})
