import { globSync } from 'node:fs'
import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { problemAnswers } from '#app/_server/problem.ts'
import type { ProblemCode } from '#app/_server/problem.ts'
import { apiProblemShape, describeApi } from './describe-api.ts'
import { apiProblems } from './refused-by.ts'
import { apiShapes } from './shapes.ts'
import type { ShapeName } from './shapes.ts'

const api = JSON.parse(JSON.stringify(describeApi())) as Description

type Content = {
  schema?: { $ref?: string }
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
type Response = { $ref?: string; description?: string; content?: Record<string, Content> }
const verbs = ['get', 'post', 'put'] as const
type Operation = {
  operationId: string
  parameters?: { name: string; schema: object; example?: unknown }[]
  requestBody?: { content: Record<string, Content> }
  responses: Record<string, Response>
  security?: object[]
}
type Description = {
  openapi: string
  paths: Record<string, Partial<Record<(typeof verbs)[number], Operation>>>
  components: { schemas: Record<string, object>; responses: Record<string, Response> }
}

/** OpenAPI 3.1's own rules, as far as we use it. */
const headerShape = z.union([
  z.strictObject({ $ref: z.string().startsWith('#/components/headers/') }),
  z.strictObject({ description: z.string(), schema: z.object({}) }),
])
const responseShape = z.union([
  z.strictObject({ $ref: z.string().startsWith('#/components/responses/') }),
  z.strictObject({
    description: z.string().min(1),
    headers: z.record(z.string(), headerShape).optional(),
    content: z.record(z.string(), z.object({ schema: z.object({}) })).optional(),
  }),
])
const operationShape = z.strictObject({
  operationId: z.string(),
  tags: z.array(z.string()).length(1),
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
        example: z.unknown().optional(),
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
      put: operationShape.optional(),
    }),
  ),
  components: z.strictObject({
    securitySchemes: z.object({ apiKey: z.object({ type: z.literal('http'), scheme: z.literal('bearer') }) }),
    schemas: z.record(z.string(), z.looseObject({ type: z.string() })),
    headers: z.record(z.string(), headerShape),
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

const operations = Object.values(api.paths).flatMap((item) => verbs.flatMap((verb) => item[verb] ?? []))

describe('the description of the API', () => {
  it('is a well-formed OpenAPI 3.1 document', () => {
    expect(descriptionShape.safeParse(api).error).toBeUndefined()
  })

  it('describes every route file, and each address has one', () => {
    const files = globSync('app/api/v1/**/route.ts')
      .map((file) => `/${file.replace(/^app\//, '').replace(/\/route\.ts$/, '')}`)
      .filter((path) => path !== '/api/v1/[[...path]]')
      .map((path) => path.replaceAll(/\[(\w+)\]/g, '{$1}'))
    expect(files.length).toBeGreaterThan(10)
    expect(Object.keys(api.paths).sort()).toEqual(files.sort())
  })

  it('describes exactly the methods that each route file answers', async () => {
    for (const [path, item] of Object.entries(api.paths)) {
      const file = `../../${path.slice(1).replaceAll(/\{(\w+)\}/g, '[$1]')}/route.ts`
      const route = (await import(file)) as { OPTIONS: () => Response & { headers: Headers } }
      const allowed = (route.OPTIONS().headers.get('allow') ?? '').toLowerCase().split(', ')
      const described = verbs.filter((verb) => item[verb])
      expect(allowed.filter((verb) => verb !== 'head' && verb !== 'options').sort(), path).toEqual(
        described.sort(),
      )
    }
  })

  it('gives every call an id and a name of its own', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('names scopes for every call but its own', () => {
    for (const { operationId, security } of operations)
      if (operationId !== 'describeApi') expect(security?.length, operationId).toBeGreaterThan(0)
  })

  it('has examples that the shapes themselves take', () => {
    let read = 0
    for (const { operationId, requestBody, responses } of operations) {
      const described = { request: requestBody ?? {}, ...responses } as Record<string, Response>
      for (const [about, { content }] of Object.entries(described))
        for (const { schema, example, examples = {} } of Object.values(content ?? {})) {
          const name = schema?.$ref?.replace('#/components/schemas/', '') ?? ''
          if (example !== undefined) {
            const parsed = apiShapes[name as ShapeName].schema.safeParse(example)
            expect(parsed.error, `${operationId} ${about}`).toBeUndefined()
            read++
          }
          for (const { value } of Object.values(examples))
            expect(apiProblemShape.safeParse(value).error, `${operationId} ${about}`).toBeUndefined()
        }
    }
    expect(read).toBeGreaterThan(20)
    for (const { content } of Object.values(api.components.responses))
      for (const { value } of Object.values(content?.['application/problem+json']?.examples ?? {}))
        expect(apiProblemShape.safeParse(value).error).toBeUndefined()
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
    ['checkBatch', '/api/v1/batches', 'post'],
    ['batches', '/api/v1/batches', 'get'],
    ['batch', '/api/v1/batches/{id}', 'get'],
    ['batchRows', '/api/v1/batches/{id}/rows', 'get'],
    ['submitBatch', '/api/v1/batches/{id}/submit', 'post'],
    ['grant', '/api/v1/grants', 'post'],
    ['grants', '/api/v1/grants', 'get'],
    ['balances', '/api/v1/receivers/{externalId}/balances', 'get'],
    ['showGrant', '/api/v1/grants/{id}', 'get'],
    ['retry', '/api/v1/payouts/{id}/retry', 'post'],
    ['receivers', '/api/v1/receivers', 'get'],
    ['saveReceiver', '/api/v1/receivers/{externalId}', 'put'],
    ['addDestination', '/api/v1/receivers/{externalId}/destinations', 'post'],
    ['disableDestination', '/api/v1/receivers/{externalId}/destinations/{id}/disable', 'post'],
    ['events', '/api/v1/events', 'get'],
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
    expect(Object.keys(api.components.schemas).sort()).toEqual([...Object.keys(apiShapes), 'Problem'].sort())
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
