/** The description of /api/v1 (OpenAPI 3.1), made from the very schemas and refusals that the routes use. */
import { z } from 'zod'
import { problemAnswers } from '#app/_server/problem.ts'
import {
  balanceViewSchema,
  grantListSchema,
  grantRequestSchema,
  grantViewSchema,
  receiverBalancesSchema,
} from '#lib/contract/grant.ts'
import { payoutPageSchema, payoutRequestSchema, payoutViewSchema } from '#lib/contract/payout.ts'
import { balances, grant, grants } from './grant-calls.ts'
import { cancel, create, list, show } from './payout-calls.ts'
import {
  externalIdParameter,
  idParameter,
  problemResponse,
  problemResponses,
  problemSchema,
} from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

/** The contract's own shapes, each under its name, referring to one another. */
function contractSchemas() {
  const registry = z.registry<{ id: string }>()
  registry.add(payoutRequestSchema, { id: 'PayoutRequest' })
  registry.add(payoutViewSchema, { id: 'Payout' })
  registry.add(payoutPageSchema, { id: 'PayoutPage' })
  registry.add(grantRequestSchema, { id: 'GrantRequest' })
  registry.add(grantViewSchema, { id: 'Grant' })
  registry.add(grantListSchema, { id: 'GrantList' })
  registry.add(balanceViewSchema, { id: 'Balance' })
  registry.add(receiverBalancesSchema, { id: 'ReceiverBalances' })
  // As input, so that answers may grow by new fields without breaking the systems that validate them.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [name, schema]),
  )
}

const describe = {
  operationId: 'describeApi',
  summary: 'This description',
  security: [],
  responses: {
    200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    ...problemResponses(['method_not_allowed']),
  },
}

export function describeApi() {
  const codes = [...new Set(Object.values(apiProblems).flatMap(codesOf))]
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
    paths: {
      '/api/v1/payouts': { get: list, post: create },
      '/api/v1/payouts/{id}': { parameters: [idParameter], get: show },
      '/api/v1/payouts/{id}/cancel': { parameters: [idParameter], post: cancel },
      '/api/v1/grants': { get: grants, post: grant },
      '/api/v1/receivers/{externalId}/balances': { parameters: [externalIdParameter], get: balances },
      '/api/v1/openapi.json': { get: describe },
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, made by an administrator.' },
      },
      schemas: { ...contractSchemas(), Problem: problemSchema(codes) },
      responses: Object.fromEntries(
        codes.map((code) => [code, problemResponse([code], problemAnswers[code].http)]),
      ),
    },
  }
}
