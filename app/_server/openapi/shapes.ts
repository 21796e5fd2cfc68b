/**
 * The shapes of the API by the names that its description gives them, each with an example. The routes read and write with the same schemas.
 * A new resource adds its own here.
 */
import { z } from 'zod'
import {
  balanceViewSchema,
  grantListSchema,
  grantRequestSchema,
  grantViewSchema,
  receiverBalancesSchema,
} from '#lib/contract/grant.ts'
import {
  batchPageSchema,
  batchRequestSchema,
  batchRowPageSchema,
  batchRowSchema,
  batchSubmitSchema,
  batchViewSchema,
} from '#lib/contract/batch.ts'
import { eventPageSchema, eventViewSchema } from '#lib/contract/event.ts'
import { payoutPageSchema, payoutRequestSchema, payoutViewSchema } from '#lib/contract/payout.ts'
import {
  destinationPageSchema,
  destinationRequestSchema,
  destinationViewSchema,
  receiverPageSchema,
  receiverRequestSchema,
  receiverViewSchema,
} from '#lib/contract/receiver.ts'

const ids = {
  payout: '7b0c1d1e-1c7e-4a50-9d0a-3f5d5f1b8a01',
  receiver: '0f3e2b52-83b5-4d0c-9f4e-1f0a7c6d9e10',
  grant: '5d2f9c3a-6b1e-4f7d-8a90-2c4e6a8b0d12',
  batch: '8e6c4a2b-0d1f-4e3a-9b5c-7d8f6a4b2c45',
  destination: 'c1a5b7d9-2e4f-4a6b-8c0d-9e1f3a5b7c23',
}
const cursor = 'MTI3NA.zU1nqT9bG1fY2c3k'
const ada = { email: 'ada@example.com', firstName: 'Ada', lastName: 'Nowak', locale: 'en' } as const
const receiverId = { id: ids.receiver, externalId: 'cust-42' }

const payout: z.output<typeof payoutViewSchema> = {
  id: ids.payout,
  status: 'checking',
  final: false,
  amount: '100.50',
  currency: 'EUR',
  receiver: { ...receiverId, ...ada },
  destination: { account_number_last4: '3000', bank_name: 'Example Bank' },
  description: 'Order 1234',
  gateway: {
    clientOrderId: 'po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r',
    orderId: '6768788',
    status: 'processing',
    stage: 'payout_check_validating',
    amount: '100.50',
    currency: 'EUR',
  },
  redirectUrl: null,
  statusUrl: 'https://payouts.example/pay/3sUuF0f8p2wV7QxYb1kR9A',
  metadata: { order: '1234' },
  failure: null,
  settledBy: null,
  retryOf: null,
  payAt: null,
  createdAt: '2026-11-26T10:00:00.000Z',
  updatedAt: '2026-11-26T10:00:04.000Z',
  finalAt: null,
}
const grant: z.output<typeof grantViewSchema> = {
  id: ids.grant,
  receiver: receiverId,
  amount: '25.00',
  currency: 'EUR',
  reference: 'bonus-2026-11-cust-42',
  source: 'api',
  createdAt: '2026-11-26T10:00:00.000Z',
  payableFrom: '2026-11-26T10:00:00.000Z',
  reversedAt: null,
}
const balance: z.output<typeof balanceViewSchema> = {
  currency: 'EUR',
  granted: '125.00',
  available: '25.00',
  held: '0.00',
  payableFrom: null,
  reserved: '100.00',
  paid: '0.00',
}
const receiver: z.output<typeof receiverViewSchema> = {
  ...receiverId,
  ...ada,
  createdAt: '2026-11-20T08:30:00.000Z',
}
const destination: z.output<typeof destinationViewSchema> = {
  id: ids.destination,
  receiver: receiverId,
  label: 'Example Bank, ending 3000',
  destination: { account_number_last4: '3000', bank_name: 'Example Bank' },
  isDefault: true,
  createdAt: '2026-11-26T10:00:00.000Z',
  usableFrom: '2026-11-27T10:00:00.000Z',
  frozenAt: null,
  disabledAt: null,
}
const event: z.output<typeof eventViewSchema> = {
  id: 'b2d4f6a8-1c3e-4a5b-9d7f-0e2c4a6b8d34',
  sequence: 1274,
  type: 'payout.paid',
  timestamp: '2026-11-26T10:05:00.000Z',
  data: {
    payout: {
      id: ids.payout,
      status: 'paid',
      version: 9,
      amount: '100.50',
      currency: 'EUR',
      receiver: { externalId: 'cust-42' },
      clientOrderId: 'po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r',
      metadata: { order: '1234' },
    },
    grant: null,
    item: null,
    said: null,
  },
}
const batch: z.output<typeof batchViewSchema> = {
  id: ids.batch,
  name: 'Payroll November',
  state: 'done',
  rows: 1,
  wrong: 0,
  known: 0,
  repeats: 0,
  newReceivers: 0,
  sums: [{ currency: 'EUR', count: 1, amount: '25.00' }],
  done: 1,
  payouts: [{ currency: 'EUR', count: 1, amount: '25.00', status: 'awaiting_approval' }],
  createdAt: '2026-11-26T10:00:00.000Z',
  submittedAt: '2026-11-26T10:01:00.000Z',
  endedAt: '2026-11-26T10:01:02.000Z',
  cancelledAt: null,
}
const batchRow: z.output<typeof batchRowSchema> = {
  line: 1,
  key: 'payroll-2026-11-0042',
  receiver: 'cust-42',
  amount: '25.00',
  currency: 'EUR',
  status: 'awaiting_approval',
  payoutId: ids.payout,
  errors: [],
  failure: null,
  repeats: [],
  newReceiver: false,
}
const account = { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' }

export const apiShapes = {
  PayoutRequest: {
    schema: payoutRequestSchema,
    example: {
      amount: '100.50',
      currency: 'EUR',
      receiver: { externalId: 'cust-42', ...ada },
      destination: account,
      description: 'Order 1234',
      metadata: { order: '1234' },
    },
  },
  Payout: { schema: payoutViewSchema, example: payout },
  PayoutPage: { schema: payoutPageSchema, example: { data: [payout], nextCursor: cursor } },
  BatchRequest: {
    schema: batchRequestSchema,
    example: {
      name: 'Payroll November',
      rows: [
        {
          key: 'payroll-2026-11-0042',
          amount: '25.00',
          currency: 'EUR',
          receiver: { externalId: 'cust-42', firstName: 'Ada', lastName: 'Nowak' },
          destination: account,
        },
      ],
    },
  },
  BatchSubmit: { schema: batchSubmitSchema, example: { leaveOut: 0 } },
  Batch: { schema: batchViewSchema, example: batch },
  BatchPage: { schema: batchPageSchema, example: { data: [batch], nextCursor: null } },
  BatchRow: { schema: batchRowSchema, example: batchRow },
  BatchRowPage: { schema: batchRowPageSchema, example: { data: [batchRow], nextCursor: null } },
  GrantRequest: {
    schema: grantRequestSchema,
    example: {
      receiver: { externalId: 'cust-42' },
      amount: '25.00',
      currency: 'EUR',
      reference: 'bonus-2026-11-cust-42',
    },
  },
  Grant: { schema: grantViewSchema, example: grant },
  GrantList: { schema: grantListSchema, example: { data: [grant], nextCursor: null } },
  Balance: { schema: balanceViewSchema, example: balance },
  ReceiverBalances: {
    schema: receiverBalancesSchema,
    example: { receiver: receiverId, balances: [balance] },
  },
  ReceiverRequest: { schema: receiverRequestSchema, example: ada },
  Receiver: { schema: receiverViewSchema, example: receiver },
  ReceiverPage: { schema: receiverPageSchema, example: { data: [receiver], nextCursor: null } },
  DestinationRequest: { schema: destinationRequestSchema, example: { destination: account } },
  Destination: { schema: destinationViewSchema, example: destination },
  Event: { schema: eventViewSchema, example: event },
  EventPage: { schema: eventPageSchema, example: { data: [event], nextCursor: cursor, goneUntil: null } },
  DestinationPage: { schema: destinationPageSchema, example: { data: [destination], nextCursor: null } },
} as const satisfies Record<string, { schema: z.ZodType; example: object }>

export type ShapeName = keyof typeof apiShapes

/** All of them as JSON Schema, referring to one another. */
export function jsonShapes(): Record<string, object> {
  const registry = z.registry<{ id: string }>()
  for (const [id, { schema }] of Object.entries(apiShapes)) registry.add(schema, { id })
  // As input, so that answers may grow by new fields without breaking the systems that validate them.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [name, schema]),
  )
}
