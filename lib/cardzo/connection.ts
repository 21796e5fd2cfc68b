import { randomBytes } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { z } from 'zod'
import { statusControl } from './control.ts'
import { percentEncode } from './encoding.ts'
import { CardzoConfigError, type ConfigProblem } from './errors.ts'
import { assertPrivateKey } from './key.ts'
import {
  authorizationHeader,
  baseString,
  signBaseString,
  signByControl,
  type OAuthParams,
} from './signature.ts'
import type { Command } from './verdicts.ts'

/** A terminal at Cardzo, or a group of terminals by currency: exactly one of the two. */
export type Endpoint = { readonly id: string } | { readonly groupId: string }

export type CardzoConnectionOptions = {
  /** The gateway's base with its path, e.g. `https://sandbox.example/paynet`. https, except on loopback. */
  baseUrl: string
  endpoint: Endpoint
  /** Merchant login, also the OAuth consumer key. */
  login: string
  /** RSA, PEM, PKCS#1 or PKCS#8, at least 2048 bits. */
  privateKeyPem: string
  /** Shared secret of v2 status, balance and callbacks. */
  merchantControl: string
  /** One whole exchange, from connecting to the last byte of the answer. */
  timeoutMs: number
  /** Milliseconds since 1970, only for the OAuth time stamp. */
  clock?: () => number
  /** Unique text per request. */
  nonce?: () => string
  /** How many connections to the gateway may be open at once (16). */
  maxSockets?: number
  /** Which shape of answer to ask for (default `form`). Both are understood. */
  answers?: 'form' | 'json'
}

/** One merchant's connection to one gateway endpoint. Keeps secrets only in closures, so that nobody logs them by accident. */
export type CardzoConnection = {
  readonly baseUrl: string
  readonly endpoint: Endpoint
  readonly login: string
  readonly timeoutMs: number
  readonly answers: 'form' | 'json'
  readonly agent: HttpAgent | HttpsAgent
  /**
   * The address of a command: `{base}/api/{v4|v2}/{command}/{id}` or `.../group/{id}`; of the balance, `.../merchant/{login}`. `signed`: v4 for a
   * status too.
   */
  url(command: Command, signed?: boolean): string
  /** The `Authorization` header for a POST of these body fields. */
  authorize(url: string, fields: Readonly<Record<string, string>>): Promise<string>
  /** The same signed with the merchant control key, as the balance command wants it. */
  authorizeByControl(url: string, fields: Readonly<Record<string, string>>): string
  /** The `control` of a v2 status request. */
  statusControl(clientOrderId: string, orderId: string): string
  /** Closes idle connections; exchanges under way are cut. */
  close(): void
}

// Enough for a few hundred exchanges a second at usual answer times, and few enough not to alarm a gateway.
const defaultMaxSockets = 16
// Servers commonly close idle connections after 5 s. Closing first avoids writing into one that is just being closed.
const idleSocketMs = 3_000

/** True for the hosts on which plain http is allowed. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '127.0.0.1'
}

/** Everything that is wrong with the options, as data; empty when nothing is. */
export function findConnectionProblems(options: CardzoConnectionOptions): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const add = (wrong: boolean, code: ConfigProblem['code'], message: string) => {
    if (wrong) problems.push({ code, message })
  }
  const baseProblem = findBaseUrlProblem(options.baseUrl)
  if (baseProblem) problems.push({ code: 'base_url', message: baseProblem })
  add(
    !isEndpoint(options.endpoint),
    'endpoint',
    'exactly one of endpoint id and group id is needed, digits only',
  )
  add(options.login.trim() === '', 'login', 'the merchant login is empty')
  add(options.merchantControl.trim() === '', 'merchant_control', 'the merchant control key is empty')
  add(
    !(options.timeoutMs > 0 && options.timeoutMs < 2 ** 31),
    'timeout',
    'the time-out must be a positive number of ms',
  )
  const { maxSockets = defaultMaxSockets } = options
  add(
    !Number.isInteger(maxSockets) || maxSockets < 1,
    'max_sockets',
    'maxSockets must be a whole number above zero',
  )
  try {
    assertPrivateKey(options.privateKeyPem)
  } catch (error) {
    if (!(error instanceof CardzoConfigError)) throw error
    problems.push(...error.problems)
  }
  return problems
}

const digits = z.string().regex(/^\d{1,19}$/)
const endpointShape = z.union([z.strictObject({ id: digits }), z.strictObject({ groupId: digits })])
const isEndpoint = (endpoint: unknown) => endpointShape.safeParse(endpoint).success

function findBaseUrlProblem(baseUrl: string): string | null {
  if (!URL.canParse(baseUrl)) return 'the gateway address is no URL'
  const url = new URL(baseUrl)
  if (url.username || url.password) return 'the gateway address must not contain a user or password'
  if (url.search || url.hash) return 'the gateway address must end with its path'
  if (url.protocol === 'https:') return null
  if (url.protocol !== 'http:') return 'the gateway address must be https'
  return isLoopbackHost(url.hostname) ? null : 'the gateway address must be https (http is for loopback only)'
}

/**
 * Opens nothing yet; connections are made on the first request and kept alive in one bounded pool.
 * Throws `CardzoConfigError` with every problem at once.
 */
export function createCardzoConnection(options: CardzoConnectionOptions): CardzoConnection {
  const problems = findConnectionProblems(options)
  if (problems.length > 0) throw new CardzoConfigError(problems)
  const { endpoint, login, merchantControl, timeoutMs, answers = 'form' } = options
  const { clock = Date.now, nonce = () => randomBytes(16).toString('hex') } = options
  const key = assertPrivateKey(options.privateKeyPem)
  const baseUrl = new URL(options.baseUrl).href.replace(/\/+$/, '')
  const target = 'id' in endpoint ? endpoint.id : `group/${endpoint.groupId}`
  const pool = { keepAlive: true, maxSockets: options.maxSockets ?? defaultMaxSockets, timeout: idleSocketMs }
  const agent = baseUrl.startsWith('https:') ? new HttpsAgent(pool) : new HttpAgent(pool)
  const toSign = (
    method: OAuthParams['oauth_signature_method'],
    url: string,
    fields: Readonly<Record<string, string>>,
  ) => {
    const params: OAuthParams = {
      oauth_consumer_key: login,
      oauth_nonce: nonce(),
      oauth_signature_method: method,
      oauth_timestamp: String(Math.floor(clock() / 1000)),
      oauth_version: '1.0',
    }
    return { params, base: baseString('POST', url, [...Object.entries(fields), ...Object.entries(params)]) }
  }

  return {
    baseUrl,
    endpoint,
    login,
    timeoutMs,
    answers,
    agent,
    url: (command, signed = command !== 'status') => {
      if (command === 'get-balance') return `${baseUrl}/api/v2/get-balance/merchant/${percentEncode(login)}`
      return `${baseUrl}/api/${signed ? 'v4' : 'v2'}/${command}/${target}`
    },
    async authorize(url, fields) {
      const { params, base } = toSign('RSA-SHA256', url, fields)
      return authorizationHeader(params, await signBaseString(base, key))
    },
    authorizeByControl(url, fields) {
      const { params, base } = toSign('HMAC-SHA1', url, fields)
      return authorizationHeader(params, signByControl(base, merchantControl))
    },
    statusControl: (clientOrderId, orderId) => statusControl(login, clientOrderId, orderId, merchantControl),
    close: () => agent.destroy(),
  }
}
