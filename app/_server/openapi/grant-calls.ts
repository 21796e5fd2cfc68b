/** The calls of /api/v1 about grants and balances. */
import { grantListQuery } from '#lib/contract/list-query.ts'
import {
  answer,
  idempotencyKey,
  needs,
  problemResponses,
  queryParameters,
  replayedHeader,
  requestBody,
} from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

export const grant = {
  operationId: 'createGrant',
  tags: ['Grants and balances'],
  summary: 'Grant a receiver money that they may ask for',
  description:
    'The reference names the grant for good: the same grant again, under any key, is the same grant. An unknown receiver is made; what is known of one is never changed.',
  ...needs('balance.grant'),
  parameters: [idempotencyKey],
  requestBody: requestBody('GrantRequest'),
  responses: {
    200: answer('Granted before: the same grant as it is now.', 'Grant', replayedHeader),
    201: answer('Granted.', 'Grant'),
    ...problemResponses(codesOf(apiProblems.grant)),
  },
}

export const grants = {
  operationId: 'listGrants',
  tags: ['Grants and balances'],
  summary: 'List grants, newest first',
  description: 'The latest 100 unless `limit` says otherwise.',
  ...needs('balance.see_all'),
  parameters: queryParameters(grantListQuery),
  responses: {
    200: answer('One page; `nextCursor` is null on the last one.', 'GrantList'),
    ...problemResponses(codesOf(apiProblems.grants)),
  },
}

export const showGrant = {
  operationId: 'showGrant',
  tags: ['Grants and balances'],
  summary: 'Show a grant',
  ...needs('balance.see_all'),
  responses: {
    200: answer('The grant as it is now.', 'Grant'),
    ...problemResponses(codesOf(apiProblems.showGrant)),
  },
}

export const balances = {
  operationId: 'showBalances',
  tags: ['Grants and balances'],
  summary: "Show a receiver's balances",
  description:
    'granted = available + reserved + paid, in every currency. Of what is available, `held` cannot be asked for yet; more can be from `payableFrom`.',
  ...needs('balance.see_all'),
  responses: {
    200: answer('By currency; empty when nothing was ever granted.', 'ReceiverBalances'),
    ...problemResponses(codesOf(apiProblems.balances)),
  },
}
