/** The parts that descriptions of calls share: parameters, answers and problems. */
import { problemAnswers, problemType } from '#app/_server/problem.ts'
import type { ProblemCode } from '#app/_server/problem.ts'
import { z } from 'zod'
import { scopesFor } from '#lib/payouts/permissions.ts'
import type { Permission } from '#lib/payouts/permissions.ts'
import { titleOf } from '#lib/payouts/text.ts'
import { apiShapes } from './shapes.ts'
import type { ShapeName } from './shapes.ts'

export const header = (description: string) => ({ description, schema: { type: 'string' } })

/** Of every answer to a call with a key. */
export const requestIdHeader = header(
  'Names this request. Yours, if you sent one of 1 to 128 letters, digits and `_.:-`. When something goes wrong, quote it to the people who run the portal.',
)
const everyAnswer = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }

const example = (code: ProblemCode) => ({
  type: problemType(code),
  title: titleOf(code),
  status: problemAnswers[code].http,
  code,
  detail: problemAnswers[code].text,
  ...(problemAnswers[code].http === 400 && {
    errors: [{ path: 'amount', message: 'Enter an amount greater than zero.' }],
  }),
})

function headersOf(http: number) {
  switch (http) {
    case 401:
      return { 'WWW-Authenticate': header('Always `Bearer`.') }
    case 405:
      return { Allow: header('The methods that this address takes.') }
    case 429:
    case 503:
      return { 'Retry-After': header('Seconds after which trying again makes sense.') }
    default:
      return undefined
  }
}

/** One response for one or more codes that share an HTTP status. */
export function problemResponse(codes: ProblemCode[], http: number) {
  return {
    description: codes.map((code) => `\`${code}\`: ${problemAnswers[code].text}`).join('\n\n'),
    headers: { ...headersOf(http), ...(http !== 405 && everyAnswer) },
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { value: example(code) }])),
      },
    },
  }
}

export function problemResponses(codes: ProblemCode[]) {
  const statuses = [...new Set(codes.map((code) => problemAnswers[code].http))].sort((a, b) => a - b)
  return Object.fromEntries(statuses.map((http) => [String(http), responseFor(codes, http)]))
}

function responseFor(codes: ProblemCode[], http: number) {
  const same = codes.filter((code) => problemAnswers[code].http === http)
  const [only, ...others] = same
  return only && others.length === 0
    ? { $ref: `#/components/responses/${only}` }
    : problemResponse(same, http)
}

export const answer = (description: string, shape: ShapeName, headers?: Record<string, object>) => ({
  description,
  headers: { ...headers, ...everyAnswer },
  content: {
    'application/json': {
      schema: { $ref: `#/components/schemas/${shape}` },
      example: apiShapes[shape].example,
    },
  },
})

/** Any one of these scopes is enough. */
export const needs = (permission: Permission) => ({
  security: scopesFor(permission).map((scope) => ({ apiKey: [scope] })),
})

/** The query of a list, from the schema that reads it. */
export const queryParameters = (schema: z.ZodObject) =>
  Object.entries(schema.shape).map(([name, one]) => {
    const { description = '', parameter, example } = (one as z.ZodType).meta() ?? {}
    return {
      name,
      in: 'query',
      description,
      required: false,
      schema: parameter ?? bare(z.toJSONSchema(one as z.ZodType, { io: 'input' })),
      ...(example !== undefined && { example }),
    }
  })

const bare = ({
  $schema: _schema,
  description: _description,
  example: _example,
  ...schema
}: object & {
  $schema?: unknown
  description?: unknown
  example?: unknown
}) => schema

const shapeOf = { payout: 'Payout', grant: 'Grant', destination: 'Destination', batch: 'Batch' } as const

/** `what`: "payout". */
export const idParameter = (what: keyof typeof shapeOf) => ({
  name: 'id',
  in: 'path',
  required: true,
  description: `The \`id\` of the ${what}.`,
  schema: { type: 'string', format: 'uuid' },
  example: apiShapes[shapeOf[what]].example.id,
})

export const externalIdParameter = {
  name: 'externalId',
  in: 'path',
  required: true,
  description: "The merchant's own number of the receiver, URL-encoded.",
  schema: { type: 'string', minLength: 1, maxLength: 128 },
  example: 'cust-42',
}

export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'Names this request for good, for the whole installation.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example: 'order-1234',
}

/** The body of a request that creates something. */
export const requestBody = (shape: ShapeName) => ({
  required: true,
  description:
    'At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out.',
  content: {
    'application/json': {
      schema: { $ref: `#/components/schemas/${shape}` },
      example: apiShapes[shape].example,
    },
  },
})

/** Marks the answer to a request that came before. */
export const replayedHeader = {
  'Idempotent-Replayed': header('Always `true` here, and absent from a 201.'),
}
