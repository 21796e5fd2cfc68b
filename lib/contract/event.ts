/** Events as other systems see them, by webhook and in GET /api/v1/events. */
import { z } from 'zod'
import { testEventType, webhookEventTypes } from '#lib/payouts/webhook-events.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'

const amount = { amount: z.string(), currency: z.string() }
const receiver = z.object({ externalId: z.string() })

export const eventDataSchema = z.object({
  payout: z
    .object({
      id: z.string(),
      status: z
        .enum(payoutStatuses)
        .nullable()
        .meta({ description: 'What this event made it; null where it stayed what it was.' }),
      version: z
        .number()
        .nullable()
        .meta({ description: 'Grows with each change of this payout: what is higher is later.' }),
      ...amount,
      receiver,
      clientOrderId: z.string(),
      metadata: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  grant: z.object({ id: z.string(), reference: z.string(), ...amount, receiver }).nullable(),
  item: z.object({ id: z.string(), kind: z.string(), severity: z.string() }).nullable(),
  said: z
    .object({ status: z.string(), amount: z.string().nullable(), currency: z.string().nullable() })
    .nullable()
    .meta({ description: 'What Cardzo says after the end, in its own words, such as `reversal approved`.' }),
})

export const eventViewSchema = z.object({
  id: z.string().meta({ description: 'The `webhook-id` of every attempt to send it.' }),
  sequence: z
    .number()
    .meta({ description: 'Its place among all events of this installation: what is higher was told later.' }),
  type: z.enum([...webhookEventTypes, testEventType]),
  timestamp: z.string(),
  data: eventDataSchema,
})
export type EventView = z.infer<typeof eventViewSchema>

/** GET /api/v1/events: oldest first. */
export const eventPageSchema = z.object({
  data: z.array(eventViewSchema),
  nextCursor: z.string().meta({ description: 'Send it as `cursor` to get what comes after, now or later.' }),
  goneUntil: z.string().nullable().meta({
    description:
      'Events up to this time are no longer in the list, because they are older than this installation keeps them; null: all are still there.',
  }),
})
