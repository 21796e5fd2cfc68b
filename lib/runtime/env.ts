/** The portal's only reader of the environment: every variable of README.md, judged once, at start. */
import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { assertPrivateKey, isLoopbackHost } from '#lib/cardzo/index.ts'
import { fieldProblem } from '#lib/payouts/fields.ts'
import { isCurrencyCode } from '#lib/payouts/money.ts'
import { parseCrashPlan } from './crash-points.ts'
import type { CrashPlan } from './crash-points.ts'

export type Env = {
  port: number
  /** Public origin without a trailing slash, e.g. `https://payouts.example.com`. */
  appUrl: string
  /** Unset: the embedded server under `.data/`. */
  databaseUrl: string | undefined
  authSecret: string
  /** Keys that seal account numbers and second factors, 32 bytes each, the one in use first. Empty: one derived from AUTH_SECRET. */
  dataKeys: readonly { id: string; key: Buffer }[]
  cardzo: {
    /** With its path, without a trailing slash. */
    apiUrl: string
    /** A simulator or a test on this machine: http and odd ports are allowed. */
    loopback: boolean
    endpoint: { id: string } | { groupId: string }
    login: string
    privateKeyPem: string
    merchantControl: string
    currencies: readonly string[]
    requiredFields: readonly string[]
    /** `host` or `host:port`, lower-cased. */
    redirectHosts: readonly string[]
    pollIntervalMs: number
    timeoutMs: number
    /** The ceiling of all workers together. */
    maxRequestsPerS: number
  }
  /** Null: mails go to the demo mailbox. */
  smtp: { url: string; from: string } | null
  metricsToken: string | undefined
  validationOldAfterMs: number
  /** How long a worker's lease outlives two whole exchanges; 30 s except in the fault lab. */
  leaseMarginMs: number
  /** Where this process kills itself: the fault lab only. */
  crashPoints: CrashPlan | undefined
  /** Where workers keep what they have seen the database hold; each beside this name. */
  markerFile: string
  /** The folder that all workers share for marks of what was sent; unset: none. */
  sentMarksDir: string | undefined
  trustedProxyHops: number
  logLevel: LogLevel
  /** Pages built on the fly: their content security policy can't be as strict. */
  development: boolean
  /** What is allowed here but would not be in production. */
  warnings: readonly string[]
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

type Variables = Record<string, string | undefined>

/** Addresses that are sent to Cardzo may have 128 characters. */
const urlMaxCharacters = 128
/** `/pay/<43 characters of token>/return`, the longest of them. */
const longestPath = `/pay/${'x'.repeat(43)}/return`
/** The ports Cardzo can call back (protocol section 8). */
const callbackPorts: Readonly<Record<string, readonly string[]>> = {
  'https:': ['443', '8443'],
  'http:': ['80', '8080'],
}
/** HMAC-SHA256 takes a key of at least its own length; hexadecimal of 16 bytes is the least anybody should use. */
const authSecretMinCharacters = 16

/**
 * Reads and judges all variables. Throws one Error whose message lists every problem: variable, what is wrong, what to do.
 * Values are never quoted, so that no secret gets into a log.
 */
export function readEnv(raw: Variables): Env {
  const variables = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, value?.trim() === '' ? undefined : value]),
  )
  const loopback = isLoopbackGateway(variables['CARDZO_API_URL'])
  const shape = shapeFor(loopback)
  // An empty list of fields is a statement; a missing one is an oversight.
  const requiredFields = raw['CARDZO_REQUIRED_FIELDS']
  const parsed = shape.safeParse({ ...variables, CARDZO_REQUIRED_FIELDS: requiredFields })
  const endpoint = readEndpoint(variables)
  const key = readKey(variables)
  const smtp = readSmtp(variables, loopback)
  const problems = [
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => ({ name: String(issue.path[0]), text: issue.message }))),
    ...[endpoint, key, smtp].flatMap((read) => (read.ok ? [] : read.problems)),
  ]
  if (!parsed.success || !endpoint.ok || !key.ok || !smtp.ok) {
    throw new Error(
      ['The environment is not right:', ...problems.map(({ name, text }) => `  ${name}: ${text}`)].join('\n'),
    )
  }
  const { data } = parsed
  return {
    port: data.PORT,
    appUrl: data.APP_URL,
    databaseUrl: data.DATABASE_URL,
    authSecret: data.AUTH_SECRET,
    dataKeys: data.DATA_KEYS,
    cardzo: {
      apiUrl: data.CARDZO_API_URL,
      loopback,
      endpoint: endpoint.value,
      login: data.CARDZO_LOGIN,
      privateKeyPem: key.value,
      merchantControl: data.CARDZO_MERCHANT_CONTROL,
      currencies: data.CARDZO_CURRENCIES,
      requiredFields: data.CARDZO_REQUIRED_FIELDS,
      redirectHosts: data.CARDZO_REDIRECT_HOSTS,
      pollIntervalMs: data.CARDZO_POLL_INTERVAL_MS,
      timeoutMs: data.CARDZO_TIMEOUT_MS,
      maxRequestsPerS: data.CARDZO_MAX_REQUESTS_PER_S,
    },
    smtp: smtp.value,
    metricsToken: data.METRICS_TOKEN,
    validationOldAfterMs: data.VALIDATION_OLD_AFTER_MIN * 60_000,
    leaseMarginMs: data.LEASE_MARGIN_MS,
    crashPoints: data.CRASH_POINTS,
    markerFile: data.MARKER_FILE,
    sentMarksDir: data.SENT_MARKS_DIR,
    trustedProxyHops: data.TRUSTED_PROXY_HOPS,
    logLevel: data.LOG_LEVEL,
    development: variables['NODE_ENV'] === 'development',
    warnings: [
      ...(isCallbackAble(new URL(data.APP_URL))
        ? []
        : ['APP_URL: Cardzo itself could not call back to this port.']),
      ...(data.DATA_KEYS.length > 0 || loopback
        ? []
        : [
            'DATA_KEYS is not set: account numbers are sealed with a key derived from AUTH_SECRET, which then must never change.',
          ]),
    ],
  }
}

function isLoopbackGateway(address: string | undefined): boolean {
  return address !== undefined && URL.canParse(address) && isLoopbackHost(new URL(address).hostname)
}

// ---------------------------------------------------------------------------------------------- one variable at a time

const needed = (what: string) => ({ error: `is missing. ${what}` })

function wholeNumber(min: number, max: number, what: string) {
  const wrong = `must be ${what}`
  return z
    .string()
    .regex(/^\d{1,10}$/, wrong)
    .transform(Number)
    .refine((value) => value >= min && value <= max, wrong)
}

/** A comma list without blanks and repetitions; `problem` says what is wrong with one entry, or undefined. */
function list(problem: (entry: string) => string | undefined, secret = false) {
  return z.string().transform((text, context) => {
    const entries = [...new Set(text.split(',').map((entry) => entry.trim()))].filter((entry) => entry !== '')
    for (const [index, entry] of entries.entries()) {
      const wrong = problem(entry)
      const named = secret ? `entry ${index + 1}` : JSON.stringify(entry)
      if (wrong) context.addIssue({ code: 'custom', message: `${named} ${wrong}` })
    }
    return entries
  })
}

/** The shape depends on one fact: a gateway on loopback relaxes four rules (contract section 2) and nothing else does. */
function shapeFor(loopback: boolean) {
  const anyPositive = wholeNumber(1, 2 ** 31 - 1, 'a positive whole number of milliseconds')
  return z.object({
    PORT: wholeNumber(1, 65_535, 'a port from 1 to 65535').default(3000),
    APP_URL: z
      .string(needed('Set it to the public address of the portal, e.g. https://payouts.example.com.'))
      .transform(appUrl(loopback)),
    DATABASE_URL: z
      .string()
      .refine(isPostgresUrl, 'must be a postgresql:// address, or unset for the embedded server')
      .optional(),
    AUTH_SECRET: z
      .string(
        needed(
          `Set it to at least ${authSecretMinCharacters} random characters, e.g. from "openssl rand -hex 32".`,
        ),
      )
      .min(
        authSecretMinCharacters,
        `is too short. Use at least ${authSecretMinCharacters} random characters.`,
      ),
    DATA_KEYS: list(
      (entry) =>
        dataKeyOf(entry)
          ? undefined
          : 'is not name:key with 32 bytes in base64, e.g. from "openssl rand -base64 32"',
      true,
    )
      .transform((entries, context) => {
        const keys = entries.flatMap((entry) => dataKeyOf(entry) ?? [])
        if (new Set(keys.map(({ id }) => id)).size < keys.length)
          context.addIssue({ code: 'custom', message: 'names the same key twice' })
        return keys
      })
      .default([]),
    CARDZO_API_URL: z
      .string(needed('Set it to the gateway address with its path, e.g. https://sandbox.example/paynet.'))
      .transform(gatewayUrl),
    CARDZO_LOGIN: z.string(needed('Set it to the merchant login.')).trim(),
    CARDZO_MERCHANT_CONTROL: z.string(needed('Set it to the merchant control key.')).trim(),
    CARDZO_CURRENCIES: list((code) =>
      isCurrencyCode(code) ? undefined : 'is not a currency code such as EUR',
    )
      .refine((codes) => codes.length > 0, 'names no currency. Write e.g. EUR,USD.')
      .optional()
      .transform((codes, context) => {
        if (codes) return codes
        context.addIssue({
          code: 'custom',
          message: 'is missing. List the currencies this endpoint pays, e.g. EUR,USD.',
        })
        return z.NEVER
      }),
    CARDZO_REQUIRED_FIELDS: list(fieldProblem)
      .optional()
      .transform((names, context) => {
        if (names) return names
        context.addIssue({
          code: 'custom',
          message:
            'is missing. List the fields your bank requires, e.g. account_number,bank_name, or set it to nothing.',
        })
        return z.NEVER
      }),
    CARDZO_REDIRECT_HOSTS: list((host) => (isHost(host) ? undefined : 'is not host or host:port'))
      .transform((hosts) => hosts.map((host) => host.toLowerCase()))
      .default([]),
    CARDZO_POLL_INTERVAL_MS: (loopback
      ? anyPositive
      : wholeNumber(3000, 5000, 'from 3000 to 5000 milliseconds')
    ).default(4000),
    CARDZO_TIMEOUT_MS: (loopback
      ? anyPositive
      : // Under a second nothing real answers; beyond two minutes a lease would keep a payout for too long.
        wholeNumber(1000, 120_000, 'from 1000 to 120000 milliseconds')
    ).default(30_000),
    CARDZO_MAX_REQUESTS_PER_S: wholeNumber(1, 10_000, 'a whole number from 1 to 10000').default(100),
    METRICS_TOKEN: z
      .string()
      .min(16, 'is too short. Use at least 16 random characters, or unset it.')
      .optional(),
    // Both belong to the fault lab: beside a real gateway nobody may shorten a lease or kill a worker by a variable.
    LEASE_MARGIN_MS: (loopback ? anyPositive : onlyInTheLab).default(30_000),
    CRASH_POINTS: (loopback ? z.string().transform(crashPlan) : onlyInTheLab).optional(),
    VALIDATION_OLD_AFTER_MIN: wholeNumber(1, 100_000, 'a positive whole number of minutes').default(60),
    MARKER_FILE: z
      .string()
      .trim()
      .refine((file) => !/[/\\]$/.test(file), 'must be a file, not a folder')
      .default('.data/marker.json'),
    SENT_MARKS_DIR: z
      .string()
      .trim()
      .refine(
        isAbsolute,
        'must be a whole path, beginning at the root, that is the same folder for every worker',
      )
      .optional(),
    TRUSTED_PROXY_HOPS: wholeNumber(0, 10, 'a whole number from 0 to 10').default(0),
    LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  })
}

/** `name:key`, the key 32 bytes in base64. `auth` is the name of the one that is derived. */
function dataKeyOf(entry: string): { id: string; key: Buffer } | undefined {
  const [id = '', text = '', more] = entry.split(':')
  const key = Buffer.from(text, 'base64')
  // The decoder skips what is no base64; a typing mistake must not become another key.
  const isKey = /^[A-Za-z0-9+/]{43}=$/.test(text) && key.length === 32
  const right = /^[a-z0-9_-]{1,32}$/i.test(id) && id !== 'auth' && more === undefined && isKey
  return right ? { id, key } : undefined
}

const onlyInTheLab = z.string().transform((_, context): never => {
  context.addIssue({
    code: 'custom',
    message: 'is for the fault lab only. Unset it: the gateway is a real one.',
  })
  return z.NEVER
})

function crashPlan(text: string, context: z.RefinementCtx): CrashPlan {
  const plan = parseCrashPlan(text)
  if (plan) return plan
  context.addIssue({
    code: 'custom',
    message: 'must look like seed=7,rate=0.002 or at=payouts.advance:after:3',
  })
  return z.NEVER
}

function appUrl(loopback: boolean) {
  return (text: string, context: z.RefinementCtx): string => {
    const add = (message: string) => context.addIssue({ code: 'custom', message })
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (!url || !(url.protocol in callbackPorts)) {
      add('must be an address such as https://payouts.example.com')
      return z.NEVER
    }
    if (url.username || url.password || url.search || url.hash || url.pathname !== '/')
      add('must be scheme, host and perhaps a port, with nothing behind')
    if (!loopback && !isCallbackAble(url))
      add('Cardzo can call back only https on 443 or 8443, or http on 80 or 8080. Use one of them.')
    if (url.origin.length + longestPath.length > urlMaxCharacters)
      add(
        `is too long. Cardzo takes ${urlMaxCharacters} characters, and ${longestPath.length} are needed behind it.`,
      )
    return url.origin
  }
}

function isCallbackAble(url: URL): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return callbackPorts[url.protocol]?.includes(port) ?? false
}

function gatewayUrl(text: string, context: z.RefinementCtx): string {
  const add = (message: string) => context.addIssue({ code: 'custom', message })
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !(url.protocol in callbackPorts)) {
    add('must be an address such as https://sandbox.example/paynet')
    return z.NEVER
  }
  if (url.username || url.password) add('must not contain a user or password')
  if (url.search || url.hash) add('must end with its path')
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname))
    add('must be https (http is for a gateway on this machine only)')
  return url.href.replace(/\/+$/, '')
}

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

function isHost(text: string): boolean {
  if (!/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/i.test(text)) return false
  return URL.canParse(`https://${text}`)
}

// ---------------------------------------------------------------------------------------------- variables that go together

type Read<T> = { ok: true; value: T } | { ok: false; problems: { name: string; text: string }[] }

const wrong = (name: string, text: string) => ({ ok: false as const, problems: [{ name, text }] })

function readEndpoint(variables: Variables): Read<Env['cardzo']['endpoint']> {
  const id = variables['CARDZO_ENDPOINT_ID']?.trim()
  const groupId = variables['CARDZO_ENDPOINT_GROUP_ID']?.trim()
  const both = 'CARDZO_ENDPOINT_ID or CARDZO_ENDPOINT_GROUP_ID'
  if ((id === undefined) === (groupId === undefined))
    return wrong(
      both,
      id === undefined
        ? 'is missing. Set exactly one of the two.'
        : 'are both set. Set exactly one of the two.',
    )
  const number = id ?? groupId ?? ''
  if (!/^\d{1,19}$/.test(number))
    return wrong(
      id === undefined ? 'CARDZO_ENDPOINT_GROUP_ID' : 'CARDZO_ENDPOINT_ID',
      'must be the number Cardzo gave you',
    )
  return { ok: true, value: id === undefined ? { groupId: number } : { id: number } }
}

function readKey(variables: Variables): Read<string> {
  const inline = variables['CARDZO_PRIVATE_KEY']
  const file = variables['CARDZO_PRIVATE_KEY_FILE']
  const both = 'CARDZO_PRIVATE_KEY or CARDZO_PRIVATE_KEY_FILE'
  if ((inline === undefined) === (file === undefined))
    return wrong(
      both,
      inline === undefined
        ? 'is missing. Set one of the two to an RSA key.'
        : 'are both set. Set exactly one of the two.',
    )
  const name = file === undefined ? 'CARDZO_PRIVATE_KEY' : 'CARDZO_PRIVATE_KEY_FILE'
  let pem: string
  try {
    // In one-line .env files the line ends are commonly written as \n.
    pem = file === undefined ? (inline ?? '').replaceAll('\\n', '\n') : readFileSync(file, 'utf8')
  } catch {
    return wrong(name, 'names a file that can not be read. Check its path and its owner.')
  }
  try {
    assertPrivateKey(pem)
    return { ok: true, value: pem }
  } catch (error) {
    return wrong(name, error instanceof Error ? error.message : 'can not be used')
  }
}

function readSmtp(variables: Variables, loopback: boolean): Read<Env['smtp']> {
  const url = variables['SMTP_URL']
  const from = variables['MAIL_FROM']?.trim()
  if (url === undefined) {
    if (loopback) return { ok: true, value: null }
    return wrong(
      'SMTP_URL',
      'is missing. The demo mailbox exists only beside a gateway on this machine: set a mail server.',
    )
  }
  const problems = [
    ...(URL.canParse(url) && /^smtps?:$/.test(new URL(url).protocol)
      ? []
      : [{ name: 'SMTP_URL', text: 'must be an address such as smtps://user:password@mail.example.com' }]),
    ...(from !== undefined && /^[^\r\n]*[^\s@]+@[^\s@]+$/.test(from.replace(/>$/, ''))
      ? []
      : [{ name: 'MAIL_FROM', text: 'must be the sender, e.g. Payouts <payouts@example.com>' }]),
  ]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { url, from: from ?? '' } }
}

/** This process's own environment. */
export const readProcessEnv = (): Env => readEnv(process.env)
