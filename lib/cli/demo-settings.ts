// What the demo's processes find in their environment: the defaults of a portal beside its own simulator, and secrets made
// once for this clone.
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Variables } from '#lib/processes/start-process.ts'
import { foreignSecrets, secretNames } from '#lib/runtime/env.ts'
import type { Role } from '#lib/runtime/env.ts'

const Secrets = z.object({
  authSecret: z.string(),
  login: z.string(),
  merchantControl: z.string(),
  privateKeyPem: z.string(),
})
type Secrets = z.infer<typeof Secrets>

/** Reads the demo's secrets, making them on first use. */
export function demoSecrets(file: string): Secrets {
  if (existsSync(file)) return Secrets.parse(JSON.parse(readFileSync(file, 'utf8')))
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const secrets = {
    authSecret: randomBytes(32).toString('hex'),
    login: 'demo-merchant',
    merchantControl: randomBytes(20).toString('hex').toUpperCase(),
    privateKeyPem: privateKey,
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o711 })
  writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return secrets
}

// What `.env` may set and the demo has no value for. The demo is the same whatever this clone is configured for: set to
// nothing here, `.env` cannot fill them in.
const optional = [
  ...secretNames.flatMap((name) => [name, `${name}_FILE`]),
  ...[
    'CARDZO_API_URL CARDZO_ENDPOINT_ID CARDZO_ENDPOINT_GROUP_ID CARDZO_LOGIN CARDZO_CURRENCIES CARDZO_REDIRECT_HOSTS',
    'CARDZO_POLL_INTERVAL_MS CARDZO_TIMEOUT_MS CARDZO_BALANCE CARDZO_BALANCE_LOW SIMULATOR_BALANCES MAIL_FROM TRUSTED_PROXY_HOPS LOG_LEVEL',
    'METRICS_PORT METRICS_HOST OTEL_EXPORTER_OTLP_ENDPOINT OTEL_TRACES_SAMPLER_ARG TRACE_URL',
  ].flatMap((line) => line.split(' ')),
]

/** Everything the demo's processes read, before each gets its own share (`environmentOf`). What `given`, our own environment, sets stays; the rest gets defaults. */
export function demoEnvironment(
  given: Variables,
  options: { port: number; simulatorPort: number; secretsFile: string; isDev: boolean },
): Variables {
  const secrets = demoSecrets(options.secretsFile)
  const defaults = {
    ...Object.fromEntries(optional.map((name) => [name, ''])),
    ...(isBlank(given['AUTH_SECRET_FILE']) && { AUTH_SECRET: secrets.authSecret }),
    APP_URL: `http://localhost:${options.port}`,
    HOST: '127.0.0.1',
    // The simulator's orders outlive a restart, as the portal's payouts do.
    SIMULATOR_LEDGER_FILE: join(dirname(options.secretsFile), 'simulator', 'ledger.json'),
    MARKER_FILE: join(dirname(options.secretsFile), 'marker.json'),
    ...(hasOwnGateway(given) ? {} : simulatedGateway(given, secrets, options.simulatorPort)),
  }
  return {
    ...given,
    ...Object.fromEntries(Object.entries(defaults).filter(([name]) => isBlank(given[name]))),
    PORT: String(options.port),
    SIMULATOR_PORT: String(options.simulatorPort),
    NODE_ENV: options.isDev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

function simulatedGateway(given: Variables, secrets: Secrets, simulatorPort: number): Variables {
  return {
    CARDZO_API_URL: `http://127.0.0.1:${simulatorPort}/paynet`,
    CARDZO_LOGIN: secrets.login,
    ...(isBlank(given['CARDZO_MERCHANT_CONTROL_FILE']) && {
      CARDZO_MERCHANT_CONTROL: secrets.merchantControl,
    }),
    CARDZO_CURRENCIES: 'EUR,USD',
    // Enough for a whole tour; `_control/balances` of the simulator makes it less.
    CARDZO_BALANCE: '*',
    CARDZO_BALANCE_LOW: 'EUR:50000,USD:50000',
    SIMULATOR_BALANCES: 'EUR:2500000,USD:1500000',
    CARDZO_REQUIRED_FIELDS: 'account_number,bank_name,first_name,last_name',
    // Of these pairs exactly one may be set.
    ...(isBlank(given['CARDZO_ENDPOINT_GROUP_ID']) && { CARDZO_ENDPOINT_ID: '39915' }),
    ...(isBlank(given['CARDZO_PRIVATE_KEY_FILE']) && { CARDZO_PRIVATE_KEY: secrets.privateKeyPem }),
  }
}

/**
 * One process's share of `all`: no secret that it has no use for. Set to nothing, so that `.env` cannot fill it in. The simulator gets
 * the public half of the merchant's key; the web server hears where mails go, so that it shows no mailbox, but not with which password.
 */
export function environmentOf(process: Role | 'simulator' | 'build', all: Variables): Variables {
  const without = (names: readonly string[]) => ({
    ...all,
    ...Object.fromEntries(names.map((name) => [name, ''])),
  })
  const files = secretNames.map((name) => `${name}_FILE`)
  switch (process) {
    case 'worker':
    case 'command':
      return without(foreignSecrets(process))
    case 'web':
      return {
        ...without(foreignSecrets(process)),
        SMTP_URL: withoutPassword(all['SMTP_URL']),
        SMTP_URL_FILE: all['SMTP_URL_FILE'],
      }
    case 'simulator':
      return {
        ...without([...secretNames, ...files]),
        CARDZO_MERCHANT_CONTROL:
          contentOf(all['CARDZO_MERCHANT_CONTROL_FILE']) ?? all['CARDZO_MERCHANT_CONTROL'],
        SIMULATOR_PUBLIC_KEY: publicKeyOf(
          contentOf(all['CARDZO_PRIVATE_KEY_FILE']) ?? all['CARDZO_PRIVATE_KEY'],
        ),
      }
    case 'build':
      return {
        ...without([...secretNames, ...files]),
        NEXT_SERVER_ACTIONS_ENCRYPTION_KEY:
          contentOf(all['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY_FILE']) ??
          all['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY'],
      }
  }
}

function withoutPassword(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return address
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href
}

const contentOf = (file: string | undefined) =>
  file === undefined || isBlank(file) ? undefined : readFileSync(file, 'utf8').trim()

function publicKeyOf(privateKeyPem = ''): string {
  const key = createPublicKey(privateKeyPem.replaceAll('\\n', '\n'))
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

/** A gateway named in the environment is used instead of the simulator, with all that belongs to it. */
export function hasOwnGateway(given: Variables): boolean {
  return !isBlank(given['CARDZO_API_URL'])
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === ''
}
