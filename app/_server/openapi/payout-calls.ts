/** The calls of /api/v1 about payouts. */
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import {
  answer,
  header,
  idempotencyKey,
  problemResponses,
  query,
  receiverQuery,
  replayedHeader,
  requestBody,
} from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

const requestExample = {
  amount: '100.50',
  currency: 'EUR',
  receiver: {
    externalId: 'cust-42',
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Nowak',
    locale: 'en',
  },
  destination: { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' },
  description: 'Order 1234',
  metadata: { order: '1234' },
}

export const create = {
  operationId: 'createPayout',
  summary: 'Ask for a payout',
  description:
    'The same key with the same body answers the same payout again, also in parallel and years later. Which `destination` fields are required depends on the bank behind this installation; unlisted ones are refused.',
  parameters: [idempotencyKey],
  requestBody: requestBody('PayoutRequest', requestExample),
  responses: {
    200: answer('Asked for before: the same payout as it is now.', 'Payout', replayedHeader),
    201: answer('Accepted; its status is `requested`.', 'Payout', {
      Location: header('Path of the payout.'),
    }),
    ...problemResponses(codesOf(apiProblems.create)),
  },
}

export const list = {
  operationId: 'listPayouts',
  summary: 'List payouts, newest first',
  description:
    'No payout comes twice or is missed while new ones arrive. A key with an owner lists what came through the keys of the same owner.',
  parameters: [
    query('status', 'Only these statuses; may be repeated.', {
      type: 'array',
      items: { type: 'string', enum: payoutStatuses },
    }),
    receiverQuery,
    query('limit', 'Payouts per page.', { type: 'integer', minimum: 1, maximum: 100, default: 50 }),
    query('cursor', '`nextCursor` of the page before.', { type: 'string' }),
  ],
  responses: {
    200: answer('One page; `nextCursor` is null on the last one.', 'PayoutPage'),
    ...problemResponses(codesOf(apiProblems.list)),
  },
}

export const show = {
  operationId: 'showPayout',
  summary: 'Show a payout',
  description:
    'Of a key with an owner: what came through a key of the same owner; anything else is not found.',
  responses: {
    200: answer('The payout as it is now.', 'Payout'),
    ...problemResponses(codesOf(apiProblems.show)),
  },
}

export const cancel = {
  operationId: 'cancelPayout',
  summary: 'Take a payout back',
  description:
    'Possible until the payment is sent, also when repeated. Needs no body. What came through a key of another owner, or through none, is not found, except for a key without an owner that has the scope `payouts:cancel-any`.',
  responses: {
    200: answer('The payout, cancelled.', 'Payout'),
    ...problemResponses(codesOf(apiProblems.cancel)),
  },
}
