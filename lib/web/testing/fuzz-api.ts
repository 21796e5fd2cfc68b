/** The API's operations as its own description has them, one request to it, and what is wrong with an answer. */
import { request } from 'node:http'
import type { Agent } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { apiPaths, apiProblemShape, describeApi } from '#app/_server/openapi/describe-api.ts'
import { apiShapes } from '#app/_server/openapi/shapes.ts'
import type { ShapeName } from '#app/_server/openapi/shapes.ts'
import { problemAnswers } from '#app/_server/problem.ts'
import type { Attempt, Operation } from './fuzz-inputs.ts'

const deadlineMs = 5_000

type Described = {
  operationId: string
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: { $ref: string }; example: Record<string, unknown> }> }
  responses: Record<
    string,
    { $ref?: string; content?: Record<string, { schema?: { $ref?: string }; examples?: object }> }
  >
}
type JsonSchema = { $ref?: string; properties?: Record<string, JsonSchema>; required?: string[] }
export const described = new Map<string, Described>()
const { schemas } = JSON.parse(JSON.stringify(describeApi().components)) as {
  schemas: Record<string, JsonSchema>
}

export const operations: Operation[] = Object.entries(
  JSON.parse(JSON.stringify(apiPaths)) as Record<string, Record<string, Described>>,
).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([name]) => name !== 'parameters')
    .map(([method, one]) => {
      described.set(one.operationId, one)
      const body = one.requestBody?.content['application/json']
      return {
        operationId: one.operationId,
        method,
        path,
        query: (one.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name),
        needsBody: '415' in one.responses,
        needsKey: (one.parameters ?? []).some(({ name }) => name === 'Idempotency-Key'),
        example: body?.example,
        optional: new Set(body ? optionalIn(body.schema) : []),
      }
    }),
)

/** Paths of the fields that may be missing, and all below them. */
function* optionalIn(schema: JsonSchema, path: string[] = [], isOptional = false): Generator<string> {
  const real = schema.$ref ? (schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}) : schema
  // Of a map each entry may be missing.
  if (path.length > 0 && (isOptional || !real.properties)) yield path.join('.')
  for (const [name, inner] of Object.entries(real.properties ?? {}))
    yield* optionalIn(inner, [...path, name], real.required?.includes(name) !== true)
}

export type Answer = {
  status: number
  type: string
  text: string
  headers: Record<string, unknown>
  ms: number
}

/** Rejects when no answer came within five seconds. */
export function send(
  agent: Agent,
  url: string,
  { method, target, headers, body }: Pick<Attempt, 'method' | 'target' | 'headers' | 'body'>,
): Promise<Answer> {
  const startedAt = performance.now()
  const { port } = new URL(url)
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: method.toUpperCase(),
        path: target,
        headers: {
          ...(body && !('Transfer-Encoding' in headers) && { 'Content-Length': body.length }),
          ...headers,
        },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          clearTimeout(late)
          const packed = Buffer.concat(chunks)
          const isPacked = answer.headers['content-encoding'] === 'gzip' && packed.length > 0
          const text = (isPacked ? gunzipSync(packed) : packed).toString()
          const type = answer.headers['content-type'] ?? ''
          resolve({
            status: answer.statusCode ?? 0,
            type,
            text,
            headers: answer.headers,
            ms: performance.now() - startedAt,
          })
        })
      },
    )
    const late = setTimeout(() => asked.destroy(new Error(`no answer in ${deadlineMs} ms`)), deadlineMs)
    asked.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    asked.end(body)
  })
}

/** What is wrong with an answer; undefined: nothing. */
export function complaint(
  { operationId, method, kind, target }: Attempt,
  { status, type, text }: Answer,
): string | undefined {
  if (status >= 500) return `${status}`
  if (method === 'head' || (method === 'options' && status === 204)) return undefined
  if (status < 300) return kind === 'bad' ? 'was taken' : goodComplaint(operationId, status, text)
  if (!type.startsWith('application/problem+json')) return `no problem document but ${type}`
  const problem = apiProblemShape.safeParse(JSON.parse(text))
  if (!problem.success) return `another shape: ${problem.error.message}`
  const { code, errors } = problem.data
  if (problem.data.status !== status || problemAnswers[code].http !== status) return `${code} with ${status}`
  if (code === 'invalid_request' && (errors ?? []).length === 0) return 'does not say what is wrong'
  const isOperation = operations.some(
    (one) =>
      one.operationId === operationId &&
      one.method === method &&
      shapeOf(one.path).test(target.split('?')[0] ?? ''),
  )
  // Another method, or an address that something odd has made another one.
  if (!isOperation) return [401, 404, 405].includes(status) ? undefined : `${status} where nothing is`
  return codesOf(operationId, status).includes(code) ? undefined : `${code} is not described`
}

const shapeOf = (path: string) =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)

function goodComplaint(operationId: string, status: number, text: string): string | undefined {
  const ref = described.get(operationId)?.responses[status]?.content?.['application/json']?.schema?.$ref
  if (ref === undefined) return operationId === 'describeApi' ? undefined : `${status} is not described`
  const { schema } = apiShapes[ref.replace('#/components/schemas/', '') as ShapeName]
  return schema.safeParse(JSON.parse(text)).error?.message
}

function codesOf(operationId: string, status: number): string[] {
  const response = described.get(operationId)?.responses[status]
  if (response?.$ref !== undefined) return [response.$ref.replace('#/components/responses/', '')]
  return Object.keys(response?.content?.['application/problem+json']?.examples ?? {})
}
