/** The parts that descriptions of calls share: parameters, answers and problems. */
import { problemAnswers, problemType } from '#app/_server/problem.ts'
import type { ProblemCode } from '#app/_server/problem.ts'
import { titleOf } from '#lib/payouts/text.ts'

export const header = (description: string) => ({ description, schema: { type: 'string' } })

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
  const headers = headersOf(http)
  return {
    description: codes.map((code) => `\`${code}\`: ${problemAnswers[code].text}`).join('\n\n'),
    ...(headers && { headers }),
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

export const answer = (description: string, schema: string, headers?: Record<string, object>) => ({
  description,
  ...(headers && { headers }),
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
})

export const query = (name: string, description: string, schema: object) => ({
  name,
  in: 'query',
  description,
  required: false,
  schema,
})

export const idParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The `id` of the payout.',
  schema: { type: 'string', format: 'uuid' },
}

export const externalIdParameter = {
  name: 'externalId',
  in: 'path',
  required: true,
  description: "The merchant's own number of the receiver, URL-encoded.",
  schema: { type: 'string', maxLength: 128 },
}

export function problemSchema(codes: ProblemCode[]) {
  return {
    type: 'object',
    description: 'RFC 9457. `code` is stable; `detail` is for people.',
    required: ['type', 'title', 'status', 'code', 'detail'],
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: codes },
      detail: { type: 'string' },
      errors: {
        type: 'array',
        description: 'What is wrong with the input; `path` is empty when it is the whole body.',
        items: {
          type: 'object',
          required: ['path', 'message'],
          properties: { path: { type: 'string' }, message: { type: 'string' } },
        },
      },
    },
  }
}

export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'Names this request for good, for the whole installation.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

/** The body of a request that creates something. */
export const requestBody = (schema: string, example: object) => ({
  required: true,
  description:
    'At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out.',
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` }, example } },
})

/** Marks the answer to a request that came before. */
export const replayedHeader = {
  'Idempotent-Replayed': header('Always `true` here, and absent from a 201.'),
}

export const receiverQuery = query('receiver', "Only this receiver, by the merchant's own external id.", {
  type: 'string',
  maxLength: 128,
})
