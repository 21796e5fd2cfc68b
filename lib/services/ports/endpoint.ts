/** Cardzo's endpoints, and changes of them by two admins. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Endpoint, EndpointBook, EndpointField, EndpointRoute } from '#lib/payouts/endpoints.ts'

export type { Endpoint, EndpointBook, EndpointField, EndpointRoute }

/** What the environment variables say of their endpoint. */
export type EnvironmentEndpoint = Pick<
  Endpoint,
  | 'name'
  | 'kind'
  | 'cardzoId'
  | 'baseUrl'
  | 'login'
  | 'currencies'
  | 'fields'
  | 'redirectHosts'
  | 'maxRequestsPerS'
  | 'balance'
  | 'lowMarks'
>

/** `next`: valid beside the first one while one replaces the other; null: none. */
export type EndpointSecret = { current: string; next: string | null }

/** What a callback of this endpoint may be signed with. Null: its seal can't be opened here. */
export type EndpointControl = { id: number; control: EndpointSecret | null }

/** Of an endpoint that admins added: what a worker needs to send by it. Null: the seal of a secret can't be opened here. */
export type EndpointConnection = {
  endpoint: Endpoint
  secrets: { key: string; control: EndpointSecret } | null
}

/**
 * What a change says of an endpoint: facts, and of its secrets only the ids under which they wait (`key` and `control` of a new one, `next…`
 * of one in use). `version`: as it was when the change was proposed; 0: there is none yet.
 */
export type EndpointPart = Partial<Omit<Endpoint, 'id' | 'source'>> & {
  key?: string
  control?: string
  nextKey?: string
  nextControl?: string
  /** `promote`: the next secrets and the present ones change places. `end`: there are no next ones any more. */
  rotation?: 'promote' | 'end'
}

/** What a test found. `works`: Cardzo answered, and knows no such order, as it should. `odd`: it claims to know one. */
export type TestAnswer = 'works' | 'locked_out' | 'silence' | 'not_sent' | 'odd'

/**
 * What a request signed with the key found. `accepted`: Cardzo took the signature and knows no such order. `refused`: it didn't take it.
 * `unclear`: its answer says neither, such as where it has no signed status requests.
 */
export type KeyAnswer = 'accepted' | 'refused' | 'unclear'

/** `answer` null: no worker has answered yet. */
export type EndpointTest = {
  endpointId: number
  askedAt: Date
  answeredAt: Date | null
  answer: TestAnswer | null
  /** What Cardzo said, redacted. */
  said: string | null
  /** Null: the signing key was not tried, because the rest doesn't work. */
  keyAnswer: KeyAnswer | null
  keySaid: string | null
}

export type EndpointStore = {
  /** From memory, where a listener hears of changes; so are the two below. Numbers grow. */
  book: () => Promise<EndpointBook>
  /** Those that admins added. */
  controls: () => Promise<EndpointControl[]>
  /** The same. For the worker alone. */
  connections: () => Promise<EndpointConnection[]>
  /**
   * Writes what the environment says into the row of its endpoint. `moved`: it names another gateway or endpoint than the row, while payouts are on their way
   * there, and nothing was written.
   */
  adopt: (own: EnvironmentEndpoint) => Promise<'adopted' | 'moved'>
  /** The number of an endpoint to be proposed; no other gets it. */
  nextNumber: () => Promise<number>
  /** Asks workers to test the connection. Asked again, the latest counts. */
  askTest: (endpointId: number, actor: Actor) => Promise<void>
  tests: () => Promise<EndpointTest[]>
  /** The next one that waits, for this worker alone for two minutes. Null: none. */
  takeTest: () => Promise<number | null>
  answerTest: (
    endpointId: number,
    found: Pick<EndpointTest, 'said' | 'keyAnswer' | 'keySaid'> & { answer: TestAnswer },
  ) => Promise<void>
  /** Keeps a secret sealed until the change that names this id is decided. */
  keepSecret: (endpointId: number, kind: 'key' | 'control', text: string) => Promise<string>
  /** The endpoints that are being rotated: which of their next secrets are there. */
  rotating: () => Promise<{ id: number; nextKey: boolean; nextControl: boolean }[]>
}
