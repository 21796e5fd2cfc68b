/** The calls of /api/v1 about payouts. */
import { payoutListQuery } from '#lib/contract/list-query.ts'
import {
  answer,
  header,
  idempotencyKey,
  needs,
  problemResponses,
  queryParameters,
  replayedHeader,
  requestBody,
} from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

const place = { Location: header('Path of the payout.') }

export const create = {
  operationId: 'createPayout',
  tags: ['Payouts'],
  summary: 'Ask for a payout',
  description:
    'The same key with the same body answers the same payout again, also in parallel and years later. Which `destination` fields are required depends on the bank behind this installation; unlisted ones are refused.',
  ...needs('payout.create_by_api'),
  parameters: [idempotencyKey],
  requestBody: requestBody('PayoutRequest'),
  responses: {
    200: answer('Asked for before: the same payout as it is now.', 'Payout', replayedHeader),
    201: answer('Accepted; its status is `requested`.', 'Payout', place),
    ...problemResponses(codesOf(apiProblems.create)),
  },
}

export const list = {
  operationId: 'listPayouts',
  tags: ['Payouts'],
  summary: 'List payouts, newest first',
  description:
    'No payout comes twice or is missed while new ones arrive. A key with an owner lists what came through the keys of the same owner. With `currency`, `from` or `to` a page may be short and have a next one all the same.',
  ...needs('payout.see_all'),
  parameters: queryParameters(payoutListQuery),
  responses: {
    200: answer('One page; `nextCursor` is null on the last one.', 'PayoutPage'),
    ...problemResponses(codesOf(apiProblems.list)),
  },
}

export const show = {
  operationId: 'showPayout',
  tags: ['Payouts'],
  summary: 'Show a payout',
  description:
    'Of a key with an owner: what came through a key of the same owner; anything else is not found.',
  ...needs('payout.see_all'),
  responses: {
    200: answer('The payout as it is now.', 'Payout'),
    ...problemResponses(codesOf(apiProblems.show)),
  },
}

export const cancel = {
  operationId: 'cancelPayout',
  tags: ['Payouts'],
  summary: 'Take a payout back',
  description:
    'Possible until the payment is sent, also when repeated. Needs no body. What came through a key of another owner, or through none, is not found, except for a key without an owner that has the scope `payouts:cancel-any`.',
  ...needs('payout.cancel_by_api'),
  responses: {
    200: answer('The payout, cancelled.', 'Payout'),
    ...problemResponses(codesOf(apiProblems.cancel)),
  },
}

export const retry = {
  operationId: 'retryPayout',
  tags: ['Payouts'],
  summary: 'Retry a payout that ended unpaid',
  description:
    'Makes a new payout with the same content, once: later calls give the same new payout. Only for `declined`, `failed`, `rejected`, `cancelled` and `expired`, and only while nothing says that money may have moved; after a payment was sent, only once Cardzo has said again that nothing came of it (`status_not_fresh`: we ask; try again in a few seconds). The new payout is never approved automatically. Needs no body. What came through a key of another owner, or through none, is not found.',
  ...needs('payout.retry_by_api'),
  parameters: [idempotencyKey],
  responses: {
    200: answer('Retried before: the new payout as it is now.', 'Payout', replayedHeader),
    201: answer('The new payout; `retryOf` names the old one.', 'Payout', place),
    ...problemResponses(codesOf(apiProblems.retry)),
  },
}
