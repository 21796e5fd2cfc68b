/** The only reader of the environment: every variable of docs/configuration.md, checked once, at start, by the process that needs it. */
import { z } from 'zod'
import { isLoopbackAddress } from './addresses.ts'
import type { AddressRange } from './addresses.ts'
import type { CrashPlan } from './crash-points.ts'
import { cardzoVariables, readEndpoint, readKey } from './env/cardzo.ts'
import type { Endpoint } from './env/cardzo.ts'
import { databaseVariables, isPostgresUrl, notPostgres } from './env/database.ts'
import { hasMailServer, merchantNameOf, readSmtp } from './env/mail.ts'
import type { Smtp } from './env/mail.ts'
import { listProblems } from './env/reading.ts'
import type { Problem, Read, Role, Variables } from './env/reading.ts'
import { foreignSecrets, readSecretFiles, secretVariables, unfitForRealMoney } from './env/secrets.ts'
import { watchVariables } from './env/watch.ts'
import { isCallbackAble, webVariables } from './env/web.ts'
import { workerVariables } from './env/worker.ts'
import type { TraceSettings } from './watch/trace-sdk.ts'

export type { Role } from './env/reading.ts'
export { foreignSecrets, secretNames } from './env/secrets.ts'

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
  /** A standby that lists, reports and files may be read from, and how far behind it may be. Unset: none. */
  databaseReplicaUrl: string | undefined
  replicaMaxLagMs: number
  /** Connections of one process to the database at most, those for mails and LISTEN apart. */
  databasePoolSize: number
  authSecret: string
  /** What was signed and derived with these counts too: the next one, or those of before. */
  otherAuthSecrets: readonly string[]
  /** Keys that seal account numbers and second factors, 32 bytes each, the one in use first. Empty: one derived from AUTH_SECRET. */
  dataKeys: readonly { id: string; key: Buffer }[]
  cardzo: {
    /** With its path, without a trailing slash. */
    apiUrl: string
    /** A simulator or a test on this machine: http and odd ports are allowed. */
    loopback: boolean
    endpoint: Endpoint
    login: string
    /** In the worker only. */
    privateKeyPem: string | undefined
    /** In the web server, which verifies callbacks, and the worker, which asks for status. */
    merchantControl: string | undefined
    /** Valid beside it, while one takes the other's place. */
    nextMerchantControl: string | undefined
    currencies: readonly string[]
    requiredFields: readonly string[]
    /** `host` or `host:port`, lower-cased. */
    redirectHosts: readonly string[]
    pollIntervalMs: number
    timeoutMs: number
    /** For all workers together. */
    maxRequestsPerS: number
    /** The balance at Cardzo to ask for, `*` for whichever there are; null: none. */
    balance: string | null
    /** Currency to minor units, as text. */
    lowMarks: Readonly<Record<string, string>>
  }
  /** Null when no mail server is set, and in every process but the worker, which alone needs its password. */
  smtp: Smtp | null
  /** The name in MAIL_FROM, which mails are signed with. */
  merchantName: string | null
  /** Show mails at /demo/mail: no mail server is set, and gateway and portal are both on this machine. */
  demoMailbox: boolean
  /** In web server and worker: the bearer token that reads their metrics. */
  metricsToken: string | undefined
  /** In the worker only: where it shows its metrics. Null: nowhere. */
  metricsListener: { port: number; host: string } | null
  /** Where traces go. Null: there are none. */
  traces: TraceSettings | null
  /** Where people look at a trace, with `{traceId}`. */
  traceUrl: string | undefined
  /** In the web server only. Unset: the key of its build. */
  actionsKey: string | undefined
  validationOldAfterMs: number
  /** How many payouts a worker has in hand at once. */
  workerInFlight: number
  /** How long a worker's lease outlives two whole exchanges; 30 s except in the fault lab. */
  leaseMarginMs: number
  /** Where this process kills itself; in the fault lab only. */
  crashPoints: CrashPlan | undefined
  /** Each worker keeps what it saw in the database in a file of its own beside this one. */
  markerFile: string
  /** The folder that all workers share for marks of what was sent. Unset: none. */
  sentMarksDir: string | undefined
  /** Whose forwarding headers we believe, and how many proxies there are in a row. */
  trustedProxies: readonly AddressRange[]
  trustedProxyHops: number
  logLevel: LogLevel
  /** Pages are built on the fly, and their content security policy can't be as strict. */
  development: boolean
  /** What is allowed beside a simulator, and would be a problem beside a real gateway. */
  warnings: readonly string[]
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** A gateway on loopback relaxes four rules, and a command has no use for the control key. */
const shapeFor = (loopback: boolean, role: Role) =>
  z.object({
    ...webVariables(loopback),
    ...databaseVariables,
    ...secretVariables,
    ...cardzoVariables(loopback, role),
    ...workerVariables(loopback),
    ...watchVariables,
    LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  })

/**
 * Reads and judges the variables of one process. Throws one Error whose message lists every problem: variable, what is wrong, what
 * to do. Values are never quoted, so that no secret gets into a log. Another process's secrets are not required, not kept,
 * and their files are not opened.
 */
export function readEnv(raw: Variables, role: Role = 'worker'): Env {
  const given = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, value?.trim() === '' ? undefined : value]),
  )
  const { variables, problems: unreadable } = readSecretFiles(given, role)
  const loopback = isLoopbackAddress(variables['CARDZO_API_URL'] ?? '')
  const shape = shapeFor(loopback, role)
  // An empty list means that no fields are required; a missing one was forgotten.
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
      ...problemsOf(parsed),
      ...[endpoint, key, smtp].flatMap(problemsIn),
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
    databaseReplicaUrl: data.DATABASE_REPLICA_URL,
    replicaMaxLagMs: data.DATABASE_REPLICA_MAX_LAG_S * 1_000,
    databasePoolSize: data.DATABASE_POOL_SIZE,
    authSecret: data.AUTH_SECRET,
    otherAuthSecrets: data.AUTH_SECRET_OTHERS,
    dataKeys: data.DATA_KEYS,
    cardzo: {
      ...cardzoOf(data, loopback, endpoint.value, key.value),
      merchantControl: role === 'command' ? undefined : data.CARDZO_MERCHANT_CONTROL,
      nextMerchantControl: role === 'command' ? undefined : data.CARDZO_MERCHANT_CONTROL_NEXT,
    },
    smtp: role === 'worker' ? smtp.value : null,
    merchantName: merchantNameOf(variables),
    demoMailbox: loopback && isLoopbackAddress(data.APP_URL) && !hasMailServer(variables),
    metricsToken: role === 'command' ? undefined : data.METRICS_TOKEN,
    metricsListener:
      role === 'worker' && data.METRICS_PORT !== undefined
        ? { port: data.METRICS_PORT, host: data.METRICS_HOST }
        : null,
    traces:
      role === 'command' || data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : {
            endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT,
            headers: data.OTEL_EXPORTER_OTLP_HEADERS ?? {},
            ratio: data.OTEL_TRACES_SAMPLER_ARG,
          },
    traceUrl: data.TRACE_URL,
    actionsKey: role === 'web' ? data.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY : undefined,
    validationOldAfterMs: data.VALIDATION_OLD_AFTER_MIN * 60_000,
    workerInFlight: data.WORKER_IN_FLIGHT,
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

/**
 * The gateway's variables alone, for the proof of the connection, which needs no portal. `more` wins over our own environment. Throws
 * like `readEnv`.
 */
export function readCardzo(more: Variables = {}): Env['cardzo'] {
  const raw: Variables = { ...process.env, ...more }
  const given = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, value?.trim() === '' ? undefined : value]),
  )
  const ours = Object.fromEntries(Object.entries(given).filter(([name]) => name.startsWith('CARDZO_')))
  const { variables, problems: unreadable } = readSecretFiles(ours, 'worker')
  const loopback = isLoopbackAddress(variables['CARDZO_API_URL'] ?? '')
  const parsed = z.object(cardzoVariables(loopback, 'worker')).safeParse({
    ...variables,
    // An empty list means that no fields are required; a missing one was forgotten.
    CARDZO_REQUIRED_FIELDS: raw['CARDZO_REQUIRED_FIELDS'],
  })
  const endpoint = readEndpoint(variables)
  const key = readKey(variables)
  const problems = [...unreadable, ...problemsOf(parsed), ...[endpoint, key].flatMap(problemsIn)]
  if (!parsed.success || !endpoint.ok || !key.ok || problems.length > 0)
    throw new Error(listProblems(problems))
  return cardzoOf(parsed.data, loopback, endpoint.value, key.value)
}

const problemsOf = (parsed: z.ZodSafeParseResult<unknown>): Problem[] =>
  parsed.success
    ? []
    : parsed.error.issues.map((issue) => ({ name: String(issue.path[0]), text: issue.message }))

const problemsIn = (read: Read<unknown>): Problem[] => (read.ok ? [] : read.problems)

const cardzoOf = (
  data: z.output<z.ZodObject<ReturnType<typeof cardzoVariables>>>,
  loopback: boolean,
  endpoint: Endpoint,
  privateKeyPem: string | undefined,
): Env['cardzo'] => ({
  apiUrl: data.CARDZO_API_URL,
  loopback,
  endpoint,
  login: data.CARDZO_LOGIN,
  privateKeyPem,
  merchantControl: data.CARDZO_MERCHANT_CONTROL,
  nextMerchantControl: data.CARDZO_MERCHANT_CONTROL_NEXT,
  currencies: data.CARDZO_CURRENCIES,
  requiredFields: data.CARDZO_REQUIRED_FIELDS,
  redirectHosts: data.CARDZO_REDIRECT_HOSTS,
  pollIntervalMs: data.CARDZO_POLL_INTERVAL_MS,
  timeoutMs: data.CARDZO_TIMEOUT_MS,
  maxRequestsPerS: data.CARDZO_MAX_REQUESTS_PER_S,
  balance: data.CARDZO_BALANCE ?? null,
  lowMarks: data.CARDZO_BALANCE_LOW,
})

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
