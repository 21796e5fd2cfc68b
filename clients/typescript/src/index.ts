/** A typed client of the payout portal. Types come from its OpenAPI description (schema.ts). */
import createFetchClient from 'openapi-fetch'
import type { Client } from 'openapi-fetch'
import { PortalProblem, UnexpectedAnswer } from './errors.ts'
import type { Problem } from './errors.ts'
import type { components, operations, paths } from './schema.ts'
import { send } from './send.ts'
import type { SendOptions } from './send.ts'

export { PortalProblem, PortalUnreachable, UnexpectedAnswer } from './errors.ts'
export { verifyWebhook, WebhookRefused } from './webhook.ts'
export type { PortalEvent, WebhookMessage } from './webhook.ts'
export type { Problem, ProblemCode } from './errors.ts'
export type { components, operations, paths } from './schema.ts'

type Schemas = components['schemas']
export type Payout = Schemas['Payout']
export type PayoutRequest = Schemas['PayoutRequest']
export type Grant = Schemas['Grant']
export type GrantRequest = Schemas['GrantRequest']
export type Receiver = Schemas['Receiver']
export type ReceiverRequest = Schemas['ReceiverRequest']
export type Destination = Schemas['Destination']
export type DestinationRequest = Schemas['DestinationRequest']
export type Batch = Schemas['Batch']
export type BatchRequest = Schemas['BatchRequest']
export type BatchRow = Schemas['BatchRow']
export type ReceiverBalances = Schemas['ReceiverBalances']

type Query<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>
export type PayoutFilter = Query<'listPayouts'>
export type GrantFilter = Query<'listGrants'>
export type PageOptions = Query<'listReceivers'>
export type BatchFilter = Query<'listBatches'>
export type BatchRowFilter = Query<'listBatchRows'>
/** `nextCursor` is never null: keep it, and ask with it later for what comes after. Events up to `goneUntil` are no longer there. */
export type EventPage = Schemas['EventPage']

export type PortalOptions = Partial<SendOptions> & {
  /** The portal's address, such as `https://payouts.example`. */
  baseUrl: string
  apiKey: string
}

/** An idempotency key names the request for good. Without one each call gets a new key, which its retries keep. */
export type Once = { idempotencyKey?: string }

export type Page<Row> = { data: Row[]; nextCursor: string | null }

const defaults: SendOptions = {
  retries: 4,
  timeoutMs: 30_000,
  maxWaitMs: 60_000,
  fetch: (request) => fetch(request),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** Every method throws `PortalProblem` when the portal says no. */
export function createPortalClient({ baseUrl, apiKey, ...options }: PortalOptions) {
  const how = { ...defaults, ...options }
  const api: Client<paths> = createFetchClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${apiKey}` },
    fetch: (request) => send(request, how),
  })
  const header = ({ idempotencyKey }: Once) => ({
    'Idempotency-Key': idempotencyKey ?? crypto.randomUUID(),
  })

  const listPayouts = (query: PayoutFilter = {}): Promise<Page<Payout>> =>
    good(api.GET('/api/v1/payouts', { params: { query } }))
  const listGrants = (query: GrantFilter = {}): Promise<Page<Grant>> =>
    good(api.GET('/api/v1/grants', { params: { query } }))
  const listReceivers = (query: PageOptions = {}): Promise<Page<Receiver>> =>
    good(api.GET('/api/v1/receivers', { params: { query } }))
  const listDestinations = (externalId: string, query: PageOptions = {}): Promise<Page<Destination>> =>
    good(api.GET('/api/v1/receivers/{externalId}/destinations', { params: { path: { externalId }, query } }))
  const listBatches = (query: BatchFilter = {}): Promise<Page<Batch>> =>
    good(api.GET('/api/v1/batches', { params: { query } }))
  const listRows = (id: string, query: BatchRowFilter = {}): Promise<Page<BatchRow>> =>
    good(api.GET('/api/v1/batches/{id}/rows', { params: { path: { id }, query } }))
  const listEvents = (query: PageOptions = {}): Promise<EventPage> =>
    good(api.GET('/api/v1/events', { params: { query } }))

  return {
    /** Any call of the description, typed, with the same retries: `portal.api.GET('/api/v1/payouts/{id}', …)`. */
    api,
    payouts: {
      create: (body: PayoutRequest, once: Once = {}): Promise<Payout> =>
        good(api.POST('/api/v1/payouts', { body, params: { header: header(once) } })),
      get: (id: string): Promise<Payout> =>
        good(api.GET('/api/v1/payouts/{id}', { params: { path: { id } } })),
      list: listPayouts,
      /** Page after page. */
      all: (query: PayoutFilter = {}) => pages((cursor) => listPayouts({ ...query, ...cursor })),
      cancel: (id: string): Promise<Payout> =>
        good(api.POST('/api/v1/payouts/{id}/cancel', { params: { path: { id } } })),
      /** The new payout. */
      retry: (id: string, once: Once = {}): Promise<Payout> =>
        good(api.POST('/api/v1/payouts/{id}/retry', { params: { path: { id }, header: header(once) } })),
    },
    grants: {
      create: (body: GrantRequest, once: Once = {}): Promise<Grant> =>
        good(api.POST('/api/v1/grants', { body, params: { header: header(once) } })),
      get: (id: string): Promise<Grant> => good(api.GET('/api/v1/grants/{id}', { params: { path: { id } } })),
      list: listGrants,
      all: (query: GrantFilter = {}) => pages((cursor) => listGrants({ ...query, ...cursor })),
    },
    receivers: {
      save: (externalId: string, body: ReceiverRequest): Promise<Receiver> =>
        good(api.PUT('/api/v1/receivers/{externalId}', { body, params: { path: { externalId } } })),
      get: (externalId: string): Promise<Receiver> =>
        good(api.GET('/api/v1/receivers/{externalId}', { params: { path: { externalId } } })),
      list: listReceivers,
      all: (query: PageOptions = {}) => pages((cursor) => listReceivers({ ...query, ...cursor })),
      balances: (externalId: string): Promise<ReceiverBalances> =>
        good(api.GET('/api/v1/receivers/{externalId}/balances', { params: { path: { externalId } } })),
    },
    destinations: {
      add: (externalId: string, body: DestinationRequest): Promise<Destination> =>
        good(
          api.POST('/api/v1/receivers/{externalId}/destinations', { body, params: { path: { externalId } } }),
        ),
      get: (externalId: string, id: string): Promise<Destination> =>
        good(
          api.GET('/api/v1/receivers/{externalId}/destinations/{id}', {
            params: { path: { externalId, id } },
          }),
        ),
      list: listDestinations,
      all: (externalId: string, query: PageOptions = {}) =>
        pages((cursor) => listDestinations(externalId, { ...query, ...cursor })),
      disable: (externalId: string, id: string): Promise<Destination> =>
        good(
          api.POST('/api/v1/receivers/{externalId}/destinations/{id}/disable', {
            params: { path: { externalId, id } },
          }),
        ),
    },
    batches: {
      /** Hands many payouts in, to be checked: what is wrong is told row by row. Nothing is paid before `submit`. */
      check: (body: BatchRequest): Promise<Batch> => good(api.POST('/api/v1/batches', { body })),
      get: (id: string): Promise<Batch> =>
        good(api.GET('/api/v1/batches/{id}', { params: { path: { id } } })),
      list: listBatches,
      all: (query: BatchFilter = {}) => pages((cursor) => listBatches({ ...query, ...cursor })),
      rows: listRows,
      allRows: (id: string, query: BatchRowFilter = {}) =>
        pages((cursor) => listRows(id, { ...query, ...cursor })),
      /** `leaveOut`: how many rows with errors are left out; it must be all of them. */
      submit: (id: string, leaveOut = 0): Promise<Batch> =>
        good(api.POST('/api/v1/batches/{id}/submit', { body: { leaveOut }, params: { path: { id } } })),
      /** Before it is submitted, that is all; afterwards its payouts that aren't sent yet are cancelled. */
      cancel: (id: string): Promise<Batch> =>
        good(api.POST('/api/v1/batches/{id}/cancel', { params: { path: { id } } })),
    },
    events: {
      /** Oldest first. */
      list: listEvents,
      /** Page after page until nothing more has happened. Keep the `nextCursor` of each page that you have dealt with, and begin there next time. */
      pages: (query: PageOptions = {}) => eventPages(listEvents, query),
    },
    /** The OpenAPI document. */
    describe: (): Promise<Record<string, unknown>> => good(api.GET('/api/v1/openapi.json', {})),
  }
}
export type PortalClient = ReturnType<typeof createPortalClient>

/** The good answer, or what the portal said as an error. */
async function good<Value>(
  asked: Promise<{ data?: Value; error?: unknown; response: Response }>,
): Promise<Value> {
  const { data, error, response } = await asked
  if (response.ok && data !== undefined) return data
  if (isProblem(error)) throw new PortalProblem(error, response.headers.get('x-request-id'))
  throw new UnexpectedAnswer(response.status, typeof error === 'string' ? error : JSON.stringify(error))
}

const isProblem = (said: unknown): said is Problem =>
  typeof said === 'object' && said !== null && 'code' in said && 'detail' in said && 'status' in said

async function* pages<Row>(
  read: (cursor: { cursor?: string }) => Promise<Page<Row>>,
): AsyncGenerator<Row, void, undefined> {
  let next: string | null = null
  do {
    const page: Page<Row> = await read(next === null ? {} : { cursor: next })
    yield* page.data
    next = page.nextCursor
  } while (next !== null)
}

async function* eventPages(
  read: (query: PageOptions) => Promise<EventPage>,
  query: PageOptions,
): AsyncGenerator<EventPage, void, undefined> {
  let page = await read(query)
  while (page.data.length > 0) {
    yield page
    page = await read({ ...query, cursor: page.nextCursor })
  }
}
