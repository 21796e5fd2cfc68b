import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { problemAnswers } from '#app/_server/problem.ts'
import type { ProblemCode } from '#app/_server/problem.ts'
import { describeApi } from './describe-api.ts'
import { apiProblems } from './refused-by.ts'

const api = JSON.parse(JSON.stringify(describeApi())) as Description

type Response = { $ref?: string; description?: string; content?: Record<string, { examples?: object }> }
type Operation = {
  operationId: string
  parameters?: object[]
  responses: Record<string, Response>
  security?: object[]
}
type Description = {
  openapi: string
  paths: Record<string, Partial<Record<'get' | 'post', Operation>>>
  components: { schemas: Record<string, object>; responses: Record<string, Response> }
}

/** OpenAPI 3.1's own rules, as far as we use it. */
const responseShape = z.union([
  z.strictObject({ $ref: z.string().startsWith('#/components/responses/') }),
  z.strictObject({
    description: z.string().min(1),
    headers: z.record(z.string(), z.object({ schema: z.object({}) })).optional(),
    content: z.record(z.string(), z.object({ schema: z.object({}) })).optional(),
  }),
])
const operationShape = z.strictObject({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.object({})).optional(),
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.enum(['query', 'header', 'path']),
        required: z.boolean(),
        description: z.string(),
        schema: z.object({}),
      }),
    )
    .optional(),
  requestBody: z
    .object({ required: z.literal(true), content: z.record(z.string(), z.object({})) })
    .optional(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), responseShape),
})
const descriptionShape = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith('/'),
    z.strictObject({
      parameters: z
        .array(z.object({ name: z.string(), in: z.literal('path'), required: z.literal(true) }))
        .optional(),
      get: operationShape.optional(),
      post: operationShape.optional(),
    }),
  ),
  components: z.strictObject({
    securitySchemes: z.object({ apiKey: z.object({ type: z.literal('http'), scheme: z.literal('bearer') }) }),
    schemas: z.record(z.string(), z.looseObject({ type: z.string() })),
    responses: z.record(z.string(), responseShape),
  }),
})

function* refs(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, inner] of Object.entries(node)) {
    if (key === '$ref') yield inner as string
    else yield* refs(inner)
  }
}

describe('the description of the API', () => {
  it('is a well-formed OpenAPI 3.1 document', () => {
    expect(descriptionShape.safeParse(api).error).toBeUndefined()
  })

  it('describes every route', () => {
    const calls = Object.entries(api.paths).flatMap(([path, item]) =>
      (['get', 'post'] as const).flatMap((method) => (item[method] ? [`${method} ${path}`] : [])),
    )
    expect(calls.sort()).toEqual([
      'get /api/v1/grants',
      'get /api/v1/openapi.json',
      'get /api/v1/payouts',
      'get /api/v1/payouts/{id}',
      'get /api/v1/receivers/{externalId}/balances',
      'post /api/v1/grants',
      'post /api/v1/payouts',
      'post /api/v1/payouts/{id}/cancel',
    ])
  })

  it('has no broken references', () => {
    const all = [...refs(api)]
    expect(all.length).toBeGreaterThan(20)
    for (const ref of all) {
      const target = ref
        .replace('#/', '')
        .split('/')
        .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], api)
      expect(target, ref).toBeDefined()
    }
  })

  it.each([
    ['create', '/api/v1/payouts', 'post'],
    ['list', '/api/v1/payouts', 'get'],
    ['show', '/api/v1/payouts/{id}', 'get'],
    ['cancel', '/api/v1/payouts/{id}/cancel', 'post'],
    ['grant', '/api/v1/grants', 'post'],
    ['grants', '/api/v1/grants', 'get'],
    ['balances', '/api/v1/receivers/{externalId}/balances', 'get'],
  ] as const)('describes every code that "%s" can answer', (name, path, method) => {
    const responses = api.paths[path]?.[method]?.responses ?? {}
    for (const code of Object.keys(apiProblems[name]) as ProblemCode[]) {
      const response = responses[problemAnswers[code].http]
      const described =
        response?.$ref === `#/components/responses/${code}` ||
        Object.keys(response?.content?.['application/problem+json']?.examples ?? {}).includes(code)
      expect(described, code).toBe(true)
      expect(api.components.responses[code]?.description).toContain(problemAnswers[code].text)
    }
  })

  it('takes its shapes from the contract, under their names', () => {
    expect(Object.keys(api.components.schemas).sort()).toEqual([
      'Balance',
      'Grant',
      'GrantList',
      'GrantRequest',
      'Payout',
      'PayoutPage',
      'PayoutRequest',
      'Problem',
      'ReceiverBalances',
    ])
    expect(api.components.schemas['PayoutRequest']).toMatchObject({
      required: ['amount', 'currency', 'receiver'],
      additionalProperties: false,
    })
    expect(api.components.schemas['PayoutPage']).toMatchObject({
      properties: { data: { items: { $ref: '#/components/schemas/Payout' } } },
    })
    expect(api.components.schemas['Payout']).not.toHaveProperty('additionalProperties')
  })

  it('can be read without a key', () => {
    expect(api.paths['/api/v1/openapi.json']?.get?.security).toEqual([])
  })
})
