/**
 * The description of /api/v1 (OpenAPI 3.1), made from the very schemas and refusals that the routes use. A new resource adds its addresses to
 * `apiPaths`, its shapes to shapes.ts and what it refuses to refused-by.ts.
 */
import { z } from 'zod'
import { problemAnswers } from '#app/_server/problem.ts'
import type { ProblemCode } from '#app/_server/problem.ts'
import { problemShape } from '#lib/contract/problem.ts'
import { batch, batches, batchRows, cancelBatch, checkBatch, submitBatch } from './batch-calls.ts'
import { events } from './event-calls.ts'
import { balances, grant, grants, showGrant } from './grant-calls.ts'
import { cancel, create, list, retry, show } from './payout-calls.ts'
import {
  addDestination,
  destinations,
  disableDestination,
  receivers,
  saveReceiver,
  showDestination,
  showReceiver,
} from './receiver-calls.ts'
import {
  externalIdParameter,
  idParameter,
  problemResponse,
  problemResponses,
  requestIdHeader,
} from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'
import { jsonShapes } from './shapes.ts'

const describe = {
  operationId: 'describeApi',
  tags: ['About'],
  summary: 'This description',
  security: [],
  responses: {
    200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    ...problemResponses(['method_not_allowed']),
  },
}

const payoutId = [idParameter('payout')]
const batchId = [idParameter('batch')]
const ofReceiver = [externalIdParameter]
const destinationOfReceiver = [externalIdParameter, idParameter('destination')]

/** Every address, in the order in which people read them. */
export const apiPaths = {
  '/api/v1/payouts': { get: list, post: create },
  '/api/v1/payouts/{id}': { parameters: payoutId, get: show },
  '/api/v1/payouts/{id}/cancel': { parameters: payoutId, post: cancel },
  '/api/v1/payouts/{id}/retry': { parameters: payoutId, post: retry },
  '/api/v1/batches': { get: batches, post: checkBatch },
  '/api/v1/batches/{id}': { parameters: batchId, get: batch },
  '/api/v1/batches/{id}/rows': { parameters: batchId, get: batchRows },
  '/api/v1/batches/{id}/submit': { parameters: batchId, post: submitBatch },
  '/api/v1/batches/{id}/cancel': { parameters: batchId, post: cancelBatch },
  '/api/v1/receivers': { get: receivers },
  '/api/v1/receivers/{externalId}': { parameters: ofReceiver, get: showReceiver, put: saveReceiver },
  '/api/v1/receivers/{externalId}/destinations': {
    parameters: ofReceiver,
    get: destinations,
    post: addDestination,
  },
  '/api/v1/receivers/{externalId}/destinations/{id}': {
    parameters: destinationOfReceiver,
    get: showDestination,
  },
  '/api/v1/receivers/{externalId}/destinations/{id}/disable': {
    parameters: destinationOfReceiver,
    post: disableDestination,
  },
  '/api/v1/receivers/{externalId}/balances': { parameters: ofReceiver, get: balances },
  '/api/v1/grants': { get: grants, post: grant },
  '/api/v1/grants/{id}': { parameters: [idParameter('grant')], get: showGrant },
  '/api/v1/events': { get: events },
  '/api/v1/openapi.json': { get: describe },
}

/** Every code that some call can answer. */
export const apiCodes = [...new Set(Object.values(apiProblems).flatMap(codesOf))] as [
  ProblemCode,
  ...ProblemCode[],
]

export const apiProblemShape = problemShape(apiCodes)

const problemSchema = () => {
  const { $schema: _schema, ...schema } = z.toJSONSchema(apiProblemShape, { io: 'input' })
  return schema
}

function describeAll() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Payout portal',
      version: '1',
      description:
        'Ask for payouts through Cardzo and follow them. Amounts are decimal strings in major units; times are UTC.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths: apiPaths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key, made by an administrator. Each call names the scopes of which one is enough.',
        },
      },
      schemas: { ...jsonShapes(), Problem: problemSchema() },
      headers: { RequestId: requestIdHeader },
      responses: Object.fromEntries(
        apiCodes.map((code) => [code, problemResponse([code], problemAnswers[code].http)]),
      ),
    },
  }
}

let made: ReturnType<typeof describeAll> | undefined
/** The same every time. */
export const describeApi = () => (made ??= describeAll())
