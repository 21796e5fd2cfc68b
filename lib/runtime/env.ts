/** The only reader of the environment: every variable of docs/configuration.md, checked once, at start, by the process that needs it. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { assertPrivateKey, isLoopbackHost } from '#lib/cardzo/index.ts'
import { fieldProblem } from '#lib/payouts/fields.ts'
import { isCurrencyCode } from '#lib/payouts/money.ts'
import { loopback as loopbackAddresses, rangeOf } from './addresses.ts'
import type { AddressRange } from './addresses.ts'
import { parseCrashPlan } from './crash-points.ts'
import type { CrashPlan } from './crash-points.ts'
import { sampleSecrets } from './sample-secrets.ts'

/** Which process reads: the web server, the worker, or a command of the operator. */
export type Role = 'web' | 'worker' | 'command'

export type Env = {
  port: number
  /** The address that the web server listens on. */
  host: string
  /** Public origin without a trailing slash, e.g. `https://payouts.example.com`. */
  appUrl: string
  /** Unset: the embedded server under `.data/`. */
  databaseUrl: string | undefined
  /** Past any pooler, for what needs a session: LISTEN. Unset: `databaseUrl`. */
  databaseDirectUrl: string | undefined
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
    /** The worker's alone. */
    privateKeyPem: string | undefined
    /** Of the web server, which verifies callbacks, and the worker, which asks for status. */
    merchantControl: string | undefined
    currencies: readonly string[]
    requiredFields: readonly string[]
    /** `host` or `host:port`, lower-cased. */
    redirectHosts: readonly string[]
    pollIntervalMs: number
    timeoutMs: number
    /** The ceiling of all workers together. */
    maxRequestsPerS: number
  }
  /** Null: no mail server is set, or this process, which is not the worker, has no use for its password. */
  smtp: { url: string; from: string } | null
  /** Mails are shown at /demo/mail: no mail server, and neither the gateway nor the portal is reached from elsewhere. */
  demoMailbox: boolean
  metricsToken: string | undefined
  /** Of the web server; undefined: the one its build was made with. */
  actionsKey: string | undefined
  validationOldAfterMs: number
  /** How long a worker's lease outlives two whole exchanges; 30 s except in the fault lab. */
  leaseMarginMs: number
  /** Where this process kills itself: the fault lab only. */
  crashPoints: CrashPlan | undefined
  /** Where workers keep what they have seen the database hold; each beside this name. */
  markerFile: string
  /** The folder that all workers share for marks of what was sent; unset: none. */
  sentMarksDir: string | undefined
  /** Whose forwarding headers are believed, and how many of them stand in a row. */
  trustedProxies: readonly AddressRange[]
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
/** The ports Cardzo can call back: it knows no others. */
const callbackPorts: Readonly<Record<string, readonly string[]>> = {
  'https:': ['443', '8443'],
  'http:': ['80', '8080'],
}
/** HMAC-SHA256 takes a key of at least its own length; hexadecimal of 16 bytes is the least anybody should use. */
const authSecretMinCharacters = 16

/**
 * Which secrets each process needs, so that none holds a key it never uses. Each may come as NAME_FILE instead: a file that holds
 * nothing else.
 */
const secretsOf = {
  web: [
    'AUTH_SECRET',
    'CARDZO_MERCHANT_CONTROL',
    'DATABASE_DIRECT_URL',
    'DATABASE_REPLICA_URL',
    'DATABASE_URL',
    'DATA_KEYS',
    'METRICS_TOKEN',
    'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY',
  ],
  worker: [
    'AUTH_SECRET',
    'CARDZO_MERCHANT_CONTROL',
    'CARDZO_PRIVATE_KEY',
    'DATABASE_DIRECT_URL',
    'DATABASE_REPLICA_URL',
    'DATABASE_URL',
    'DATA_KEYS',
    'SMTP_URL',
  ],
  command: ['AUTH_SECRET', 'DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL', 'DATABASE_URL', 'DATA_KEYS'],
} as const satisfies Record<Role, readonly string[]>

/** Every variable that is a secret. */
export const secretNames: readonly string[] = [...new Set(Object.values(secretsOf).flat())].sort()

/** The variables of secrets that a process has no use for; whoever starts it withholds them. */
export function foreignSecrets(role: Role): string[] {
  const own: readonly string[] = secretsOf[role]
  return secretNames.filter((name) => !own.includes(name)).flatMap((name) => [name, `${name}_FILE`])
}

/**
 * Reads and judges the variables of one process. Throws one Error whose message lists every problem: variable, what is wrong, what
 * to do. Values are never quoted, so that no secret gets into a log. A secret of another process is neither missed nor kept, and its
 * file is not opened.
 */
export function readEnv(raw: Variables, role: Role = 'worker'): Env {
  const given = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, value?.trim() === '' ? undefined : value]),
  )
  const { variables, problems: unreadable } = readSecretFiles(given, role)
  const loopback = isLoopbackGateway(variables['CARDZO_API_URL'])
  const shape = shapeFor(loopback, role)
  // An empty list of fields is a statement; a missing one is an oversight.
  const requiredFields = raw['CARDZO_REQUIRED_FIELDS']
  const parsed = shape.safeParse({ ...variables, CARDZO_REQUIRED_FIELDS: requiredFields })
  const endpoint = readEndpoint(variables)
  const key: Read<string | undefined> =
    role === 'worker' ? readKey(variables) : { ok: true, value: undefined }
  const smtp = readSmtp(variables, loopback, role)
  const problems = [
    ...unreadable,
    ...(loopback ? [] : unfitForRealMoney(variables)),
    ...[
      ...(parsed.success
        ? []
        : parsed.error.issues.map((issue) => ({ name: String(issue.path[0]), text: issue.message }))),
      ...[endpoint, key, smtp].flatMap((read) => (read.ok ? [] : read.problems)),
      // What could not be read is not missing as well.
    ].filter(({ name }) => !unreadable.some((one) => one.name.startsWith(name))),
  ]
  if (!parsed.success || !endpoint.ok || !key.ok || !smtp.ok || problems.length > 0) {
    throw new Error(listProblems(problems))
  }
  const { data } = parsed
  return {
    port: data.PORT,
    host: data.HOST,
    appUrl: data.APP_URL,
    databaseUrl: data.DATABASE_URL,
    databaseDirectUrl: data.DATABASE_DIRECT_URL,
    authSecret: data.AUTH_SECRET,
    dataKeys: data.DATA_KEYS,
    cardzo: {
      apiUrl: data.CARDZO_API_URL,
      loopback,
      endpoint: endpoint.value,
      login: data.CARDZO_LOGIN,
      privateKeyPem: key.value,
      merchantControl: role === 'command' ? undefined : data.CARDZO_MERCHANT_CONTROL,
      currencies: data.CARDZO_CURRENCIES,
      requiredFields: data.CARDZO_REQUIRED_FIELDS,
      redirectHosts: data.CARDZO_REDIRECT_HOSTS,
      pollIntervalMs: data.CARDZO_POLL_INTERVAL_MS,
      timeoutMs: data.CARDZO_TIMEOUT_MS,
      maxRequestsPerS: data.CARDZO_MAX_REQUESTS_PER_S,
    },
    smtp: role === 'worker' ? smtp.value : null,
    demoMailbox: loopback && isLoopbackAddress(data.APP_URL) && !hasMailServer(variables),
    metricsToken: role === 'web' ? data.METRICS_TOKEN : undefined,
    actionsKey: role === 'web' ? data.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY : undefined,
    validationOldAfterMs: data.VALIDATION_OLD_AFTER_MIN * 60_000,
    leaseMarginMs: data.LEASE_MARGIN_MS,
    crashPoints: data.CRASH_POINTS,
    markerFile: data.MARKER_FILE,
    sentMarksDir: data.SENT_MARKS_DIR,
    trustedProxies: data.TRUSTED_PROXIES,
    trustedProxyHops: data.TRUSTED_PROXY_HOPS,
    logLevel: data.LOG_LEVEL,
    development: variables['NODE_ENV'] === 'development',
    warnings: [
      ...(isCallbackAble(new URL(data.APP_URL))
        ? []
        : ['APP_URL: Cardzo itself could not call back to this port.']),
      ...(loopback && smtp.value === null && role === 'worker' && !isLoopbackAddress(data.APP_URL)
        ? ['SMTP_URL is not set, and APP_URL is not on this machine: nobody gets mails.']
        : []),
    ],
  }
}

const listProblems = (problems: readonly { name: string; text: string }[]) =>
  ['The environment is not right:', ...problems.map(({ name, text }) => `  ${name}: ${text}`)].join('\n')

/** What is harmless beside a simulator and not beside a gateway that moves money. */
function unfitForRealMoney(variables: Variables): { name: string; text: string }[] {
  const known = Object.entries(sampleSecrets)
    .filter(([name, sample]) => variables[name]?.trim() === sample)
    .map(([name]) => ({
      name,
      text: 'is the value of .env.example, which everybody can read. Make one of your own.',
    }))
  if (variables['NODE_TLS_REJECT_UNAUTHORIZED']?.trim() === '0')
    known.push({
      name: 'NODE_TLS_REJECT_UNAUTHORIZED',
      text: 'is 0: anybody in between could be Cardzo. Unset it; NODE_EXTRA_CA_CERTS names a certificate of your own.',
    })
  const hasDataKeys = variables['DATA_KEYS'] !== undefined || variables['DATA_KEYS_FILE'] !== undefined
  if (hasDataKeys) return known
  const how = 'Set it to name:key with 32 bytes in base64, e.g. from "openssl rand -base64 32".'
  return [
    ...known,
    {
      name: 'DATA_KEYS',
      text: `is missing. Beside a real gateway account numbers need a key of their own. ${how}`,
    },
  ]
}

const hasMailServer = (variables: Variables) =>
  variables['SMTP_URL'] !== undefined || variables['SMTP_URL_FILE'] !== undefined

/** The variables with this process's secrets filled in from their files; the private key, a file by nature, is read elsewhere. */
function readSecretFiles(
  given: Variables,
  role: Role,
): { variables: Variables; problems: { name: string; text: string }[] } {
  const variables = { ...given }
  const problems: { name: string; text: string }[] = []
  for (const name of secretsOf[role]) {
    const file = given[`${name}_FILE`]
    if (file === undefined || name === 'CARDZO_PRIVATE_KEY') continue
    if (given[name] !== undefined) {
      problems.push({ name: `${name} and ${name}_FILE`, text: 'are both set. Set one of the two.' })
      continue
    }
    const text = readText(file)
    if (text === undefined) problems.push({ name: `${name}_FILE`, text: unreadableFile })
    else if (text.trim() === '') problems.push({ name: `${name}_FILE`, text: 'names a file that is empty.' })
    else variables[name] = text.trim()
  }
  return { variables, problems }
}

const unreadableFile = 'names a file that cannot be read. Check its path and its owner.'

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function isLoopbackGateway(address: string | undefined): boolean {
  return address !== undefined && isLoopbackAddress(address)
}

/** Is this an address that only this machine can reach? */
export function isLoopbackAddress(address: string): boolean {
  return URL.canParse(address) && isLoopbackHost(new URL(address).hostname)
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

/** The shape depends on two facts: a gateway on loopback relaxes four rules, and a command has no use for the control key. */
function shapeFor(loopback: boolean, role: Role) {
  const anyPositive = wholeNumber(1, 2 ** 31 - 1, 'a positive whole number of milliseconds')
  return z.object({
    PORT: wholeNumber(1, 65_535, 'a port from 1 to 65535').default(3000),
    HOST: z
      .string()
      .trim()
      .refine(isListenAddress, 'must be an address of this machine, e.g. 127.0.0.1, or 0.0.0.0 for all')
      .default('127.0.0.1'),
    APP_URL: z
      .string(needed('Set it to the public address of the portal, e.g. https://payouts.example.com.'))
      .transform(appUrl(loopback)),
    DATABASE_URL: z.string().refine(isPostgresUrl, notPostgres).optional(),
    DATABASE_DIRECT_URL: z
      .string()
      .refine(isPostgresUrl, 'must be a postgresql:// address, or unset when no pooler is in between')
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
    CARDZO_MERCHANT_CONTROL:
      role === 'command'
        ? z.string().optional()
        : z.string(needed('Set it to the merchant control key.')).trim(),
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
    NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: z
      .string()
      .trim()
      .refine(
        (text) =>
          /^[A-Za-z0-9+/]+=*$/.test(text) && [16, 24, 32].includes(Buffer.from(text, 'base64').length),
        'must be 32 bytes in base64, e.g. from "openssl rand -base64 32", and the same on every web server',
      )
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
    TRUSTED_PROXIES: list((entry) =>
      rangeOf(entry) ? undefined : 'is not an address or a range such as 10.0.0.0/8',
    )
      .transform((entries) => entries.map(rangeOf).filter((range) => range !== undefined))
      .default([...loopbackAddresses]),
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

const notPostgres = 'must be a postgresql:// address, or unset for the embedded server'

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

function isListenAddress(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)
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
  // In one-line .env files the line ends are commonly written as \n.
  const pem = file === undefined ? inline?.replaceAll('\\n', '\n') : readText(file)
  if (pem === undefined) return wrong(name, unreadableFile)
  try {
    assertPrivateKey(pem)
    return { ok: true, value: pem }
  } catch (error) {
    return wrong(name, error instanceof Error ? error.message : 'cannot be used')
  }
}

/** What is there is judged by every process; only the worker misses it. */
function readSmtp(variables: Variables, loopback: boolean, role: Role): Read<Env['smtp']> {
  const url = variables['SMTP_URL']
  const from = variables['MAIL_FROM']?.trim()
  if (url === undefined) {
    if (loopback || role !== 'worker') return { ok: true, value: null }
    return wrong(
      'SMTP_URL',
      'is missing. The demo mailbox exists only beside a gateway on this machine: set a mail server.',
    )
  }
  const address = smtpProblem(url)
  const problems = [
    ...(address === undefined ? [] : [{ name: 'SMTP_URL', text: address }]),
    ...(from !== undefined && /^[^\r\n]*[^\s@]+@[^\s@]+$/.test(from.replace(/>$/, ''))
      ? []
      : [{ name: 'MAIL_FROM', text: 'must be the sender, e.g. Payouts <payouts@example.com>' }]),
  ]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { url, from: from ?? '' } }
}

/** Mails carry links that let people in: off this machine they leave over TLS alone, and its certificate is checked. */
function smtpProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    return 'must be an address such as smtps://user:password@mail.example.com'
  if (isLoopbackHost(url.hostname)) return undefined
  const weak = [...url.searchParams].some(
    ([name, value]) =>
      /^(ignoretls|opportunistictls)$/i.test(name) ||
      (/^(secure|requiretls|tls\.rejectunauthorized)$/i.test(name) && value !== 'true') ||
      /^tls\.(ciphers|min|max)/i.test(name),
  )
  return weak ? 'must not weaken TLS: leave out what switches it, or its checks, off.' : undefined
}

/**
 * This process's own environment. Secrets of other processes are taken out of it, wherever they came from, so that nothing it
 * starts or loads finds them. Throws like `readEnv`.
 */
export function readProcessEnv(role: Role): Env {
  const env = readEnv(process.env, role)
  // Set to nothing rather than deleted: the framework reads `.env` by itself, and fills in what is missing.
  for (const name of foreignSecrets(role)) if (process.env[name] !== undefined) process.env[name] = ''
  return env
}

/**
 * One address of the database alone, for commands that need nothing else; undefined when it is not set. Throws like `readEnv`.
 */
export function readDatabaseUrl(
  raw: Variables = process.env,
  name: 'DATABASE_URL' | 'DATABASE_DIRECT_URL' = 'DATABASE_URL',
): string | undefined {
  const given = Object.fromEntries(
    [name, `${name}_FILE`].map((one) => [one, raw[one]?.trim() === '' ? undefined : raw[one]?.trim()]),
  )
  const { variables, problems } = readSecretFiles(given, 'command')
  const url = variables[name]
  if (url !== undefined && !isPostgresUrl(url)) problems.push({ name, text: notPostgres })
  if (problems.length > 0) throw new Error(listProblems(problems))
  return url
}
