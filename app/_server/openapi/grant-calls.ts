/** The calls of /api/v1 about grants and balances. */
import {
  answer,
  idempotencyKey,
  problemResponses,
  receiverQuery,
  replayedHeader,
  requestBody,
} from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

const grantExample = {
  receiver: { externalId: 'cust-42' },
  amount: '25.00',
  currency: 'EUR',
  reference: 'bonus-2026-11',
}

export const grant = {
  operationId: 'createGrant',
  summary: 'Grant a receiver money that they may ask for',
  description:
    'The reference names the grant for good: the same grant again, under any key, is the same grant. An unknown receiver is made; what is known of one is never changed.',
  parameters: [idempotencyKey],
  requestBody: requestBody('GrantRequest', grantExample),
  responses: {
    200: answer('Granted before: the same grant as it is now.', 'Grant', replayedHeader),
    201: answer('Granted.', 'Grant'),
    ...problemResponses(codesOf(apiProblems.grant)),
  },
}

export const grants = {
  operationId: 'listGrants',
  summary: 'List the latest grants, newest first',
  description: 'At most 100.',
  parameters: [receiverQuery],
  responses: {
    200: answer('The latest grants.', 'GrantList'),
    ...problemResponses(codesOf(apiProblems.grants)),
  },
}

export const balances = {
  operationId: 'showBalances',
  summary: "Show a receiver's balances",
  description:
    'granted = available + reserved + paid, in every currency. Of what is available, `held` cannot be asked for yet; more can be from `payableFrom`.',
  responses: {
    200: answer('By currency; empty when nothing was ever granted.', 'ReceiverBalances'),
    ...problemResponses(codesOf(apiProblems.balances)),
  },
}
