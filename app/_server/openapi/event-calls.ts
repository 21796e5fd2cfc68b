/** The calls of /api/v1 about events. */
import { pageQuery } from '#lib/contract/list-query.ts'
import { answer, needs, problemResponses, queryParameters } from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

export const events = {
  operationId: 'listEvents',
  tags: ['Events'],
  summary: 'List events, oldest first',
  description:
    'The same events that webhooks bring, to catch up with or to poll. Without `cursor` from the first one; keep `nextCursor`, which is never null, and ask with it later. A key with an owner lists events of payouts that came through the keys of the same owner.',
  ...needs('event.list'),
  parameters: queryParameters(pageQuery),
  responses: {
    200: answer('What comes after the cursor; `data` is empty while nothing does.', 'EventPage'),
    ...problemResponses(codesOf(apiProblems.events)),
  },
}
