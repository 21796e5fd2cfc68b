/** The description of /api/v1 (OpenAPI 3.1), made from the very schemas and refusals that the routes use. */
import { z } from 'zod'
import {
  balanceViewSchema,
  grantListSchema,
  grantRequestSchema,
  grantViewSchema,
  receiverBalancesSchema,
} from '#lib/contract/grant.ts'
import { payoutPageSchema, payoutRequestSchema, payoutViewSchema } from '#lib/contract/payout.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import type { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import type { createGrant } from '#lib/services/balance/create-grant.ts'
import type { createPayout } from '#lib/services/payout/create-payout.ts'
import type { listPayouts } from '#lib/services/payout/list-payouts.ts'
import type { listGrants, showBalancesOf } from '#lib/services/balance/show-balances.ts'
import type { showPayout } from '#lib/services/payout/show-payout.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import type { BodyRead } from './body.ts'
import { problemAnswers, problemTitle, problemType } from './problem.ts'
import type { ProblemCode } from './problem.ts'

// ---------------------------------------------------------------------------------------------- which "no" each call can answer

type RefusedBy<Verb extends (...input: never[]) => unknown> =
  Extract<Awaited<ReturnType<Verb>>, { ok: false }> extends { code: infer Code extends ProblemCode }
    ? Code
    : never
type Always =
  RefusedBy<typeof authenticateApiKey> | 'rate_limited' | 'unavailable' | 'internal' | 'method_not_allowed'
type BodyRefused = Extract<BodyRead<unknown>, { ok: false }>['code']

const always = {
  unauthorized: true,
  method_not_allowed: true,
  rate_limited: true,
  internal: true,
  unavailable: true,
} as const satisfies Record<Always, true>

/** Total by type: a verb that learns a new refusal does not compile until it is described here. */
export const apiProblems = {
  create: {
    ...always,
    invalid_request: true,
    idempotency_key_required: true,
    forbidden: true,
    receiver_mismatch: true,
    too_large: true,
    unsupported_media_type: true,
    idempotency_key_reused: true,
    limit_exceeded: true,
    insufficient_balance: true,
  } satisfies Record<Always | BodyRefused | RefusedBy<typeof createPayout>, true>,
  list: { ...always, invalid_request: true, forbidden: true } satisfies Record<
    Always | RefusedBy<typeof listPayouts>,
    true
  >,
  show: { ...always, not_found: true } satisfies Record<Always | RefusedBy<typeof showPayout>, true>,
  cancel: {
    ...always,
    forbidden: true,
    not_found: true,
    payout_already_sent: true,
    payout_final: true,
    stale: true,
    invalid_request: true,
    too_large: true,
  } satisfies Record<
    Always | Exclude<BodyRefused, 'unsupported_media_type'> | RefusedBy<typeof cancelPayout>,
    true
  >,
  grant: {
    ...always,
    invalid_request: true,
    idempotency_key_required: true,
    forbidden: true,
    receiver_mismatch: true,
    too_large: true,
    unsupported_media_type: true,
    idempotency_key_reused: true,
    grant_reference_reused: true,
    // Systems have no second factor and are never asked for one.
  } satisfies Record<Always | BodyRefused | Exclude<RefusedBy<typeof createGrant>, StepUpRefusal>, true>,
  grants: { ...always, invalid_request: true, forbidden: true } satisfies Record<
    Always | 'invalid_request' | RefusedBy<typeof listGrants>,
    true
  >,
  balances: { ...always, forbidden: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof showBalancesOf>,
    true
  >,
} as const

const codesOf = (problems: object) => Object.keys(problems) as ProblemCode[]

// ---------------------------------------------------------------------------------------------- pieces

const header = (description: string) => ({ description, schema: { type: 'string' } })

const example = (code: ProblemCode) => ({
  type: problemType(code),
  title: problemTitle(code),
  status: problemAnswers[code].http,
  code,
  detail: problemAnswers[code].text,
  ...(problemAnswers[code].http === 400 && {
    errors: [{ path: 'amount', message: 'The amount must be greater than zero.' }],
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
function problemResponse(codes: ProblemCode[], http: number) {
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

function problemResponses(codes: ProblemCode[]) {
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

const answer = (description: string, schema: string, headers?: Record<string, object>) => ({
  description,
  ...(headers && { headers }),
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
})

const query = (name: string, description: string, schema: object) => ({
  name,
  in: 'query',
  description,
  required: false,
  schema,
})

const idParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The `id` of the payout.',
  schema: { type: 'string', format: 'uuid' },
}

const externalIdParameter = {
  name: 'externalId',
  in: 'path',
  required: true,
  description: "The merchant's own number of the receiver, URL-encoded.",
  schema: { type: 'string', maxLength: 128 },
}

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
  // As input, so that answers may grow by new fields without breaking whoever validates them.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [name, schema]),
  )
}

function problemSchema(codes: ProblemCode[]) {
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

const requestExample = {
  amount: '100.50',
  currency: 'EUR',
  receiver: { externalId: 'cust-42', email: 'ada@example.com', firstName: 'Ada', lastName: 'Nowak' },
  destination: { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' },
  description: 'Order 1234',
  metadata: { order: '1234' },
}

// ---------------------------------------------------------------------------------------------- the calls

const grantExample = {
  receiver: { externalId: 'cust-42' },
  amount: '25.00',
  currency: 'EUR',
  reference: 'bonus-2026-11',
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'Names this wish for ever, for the whole installation.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const create = {
  operationId: 'createPayout',
  summary: 'Ask for a payout',
  description:
    'The same key with the same body answers the same payout again, also in parallel and years later. Which `destination` fields are required depends on the bank behind this installation; unlisted ones are refused.',
  parameters: [idempotencyKey],
  requestBody: {
    required: true,
    description:
      'At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out.',
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/PayoutRequest' }, example: requestExample },
    },
  },
  responses: {
    200: answer('Asked for before: the same payout as it is now.', 'Payout', {
      'Idempotent-Replayed': header('Always `true` here, and absent from a 201.'),
    }),
    201: answer('Accepted; its status is `requested`.', 'Payout', {
      Location: header('Path of the payout.'),
    }),
    ...problemResponses(codesOf(apiProblems.create)),
  },
}

const list = {
  operationId: 'listPayouts',
  summary: 'List payouts, newest first',
  description:
    'No payout comes twice or is missed while new ones arrive. A key with an owner lists what came through the keys of the same owner.',
  parameters: [
    query('status', 'Only these statuses; may be repeated.', {
      type: 'array',
      items: { type: 'string', enum: payoutStatuses },
    }),
    query('receiver', "Only this receiver, by the merchant's own external id.", {
      type: 'string',
      maxLength: 128,
    }),
    query('limit', 'Payouts per page.', { type: 'integer', minimum: 1, maximum: 100, default: 50 }),
    query('cursor', '`nextCursor` of the page before.', { type: 'string' }),
  ],
  responses: {
    200: answer('One page; `nextCursor` is null on the last one.', 'PayoutPage'),
    ...problemResponses(codesOf(apiProblems.list)),
  },
}

const show = {
  operationId: 'showPayout',
  summary: 'Show a payout',
  description:
    'Of a key with an owner: what came through a key of the same owner; anything else is not found.',
  responses: {
    200: answer('The payout as it is now.', 'Payout'),
    ...problemResponses(codesOf(apiProblems.show)),
  },
}

const cancel = {
  operationId: 'cancelPayout',
  summary: 'Take a payout back',
  description:
    'Possible until the payment is sent, also when repeated. Needs no body. What came through a key of another owner, or through none, is not found, except for a key without an owner that has the scope `payouts:cancel-any`.',
  responses: {
    200: answer('The payout, cancelled.', 'Payout'),
    ...problemResponses(codesOf(apiProblems.cancel)),
  },
}

const grant = {
  operationId: 'createGrant',
  summary: 'Grant a receiver money that he may ask for',
  description:
    'The reference names the grant for ever: the same grant again, under whatever key, is the same grant. An unknown receiver is made; what is known of one is never changed.',
  parameters: [idempotencyKey],
  requestBody: {
    required: true,
    description:
      'At most 64 KiB. A key that is given twice, at any depth, is refused, and so is a number that would not be kept exactly: send it as text. `null` for an optional field is the same as leaving it out.',
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/GrantRequest' }, example: grantExample },
    },
  },
  responses: {
    200: answer('Granted before: the same grant as it is now.', 'Grant', {
      'Idempotent-Replayed': header('Always `true` here, and absent from a 201.'),
    }),
    201: answer('Granted.', 'Grant'),
    ...problemResponses(codesOf(apiProblems.grant)),
  },
}

const grants = {
  operationId: 'listGrants',
  summary: 'List the latest grants, newest first',
  description: 'At most 100.',
  parameters: [
    query('receiver', "Only this receiver, by the merchant's own external id.", {
      type: 'string',
      maxLength: 128,
    }),
  ],
  responses: {
    200: answer('The latest grants.', 'GrantList'),
    ...problemResponses(codesOf(apiProblems.grants)),
  },
}

const balances = {
  operationId: 'showBalances',
  summary: "Show a receiver's balances",
  description:
    'granted = available + reserved + paid, in every currency. Of what is available, `held` can not be asked for yet; more can be from `payableFrom`.',
  responses: {
    200: answer('By currency; empty when he was never granted anything.', 'ReceiverBalances'),
    ...problemResponses(codesOf(apiProblems.balances)),
  },
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
