/** Secrets: which process needs which, how they come from files, and what is too weak where real money moves. */
import { z } from 'zod'
import { sampleSecrets } from '../sample-secrets.ts'
import { list, needed, readText, unreadableFile } from './reading.ts'
import type { Problem, Role, Variables } from './reading.ts'

/**
 * Which secrets each process needs, so that none holds a key it never uses. Each may come as NAME_FILE instead, which names
 * a file that holds nothing else.
 */
const secretsOf = {
  web: [
    'AUTH_SECRET',
    'AUTH_SECRET_OTHERS',
    'CARDZO_MERCHANT_CONTROL',
    'CARDZO_MERCHANT_CONTROL_NEXT',
    'DATABASE_DIRECT_URL',
    'DATABASE_REPLICA_URL',
    'DATABASE_URL',
    'DATA_KEYS',
    'METRICS_TOKEN',
    'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY',
    'OTEL_EXPORTER_OTLP_HEADERS',
  ],
  worker: [
    'AUTH_SECRET',
    'AUTH_SECRET_OTHERS',
    'CARDZO_MERCHANT_CONTROL',
    'CARDZO_MERCHANT_CONTROL_NEXT',
    'CARDZO_PRIVATE_KEY',
    'DATABASE_DIRECT_URL',
    'DATABASE_REPLICA_URL',
    'DATABASE_URL',
    'DATA_KEYS',
    'METRICS_TOKEN',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'SMTP_URL',
  ],
  command: ['AUTH_SECRET', 'AUTH_SECRET_OTHERS', 'DATABASE_DIRECT_URL', 'DATABASE_URL', 'DATA_KEYS'],
} as const satisfies Record<Role, readonly string[]>

/** Every variable that is a secret. */
export const secretNames: readonly string[] = [...new Set(Object.values(secretsOf).flat())].sort()

/** The variables of secrets that a process has no use for, so that the process that starts it can withhold them. */
export function foreignSecrets(role: Role): string[] {
  const own: readonly string[] = secretsOf[role]
  return secretNames.filter((name) => !own.includes(name)).flatMap((name) => [name, `${name}_FILE`])
}

/** The variables, with this process's secrets filled in from their files. `readKey` reads the private key. */
export function readSecretFiles(given: Variables, role: Role): { variables: Variables; problems: Problem[] } {
  const variables = { ...given }
  const problems: Problem[] = []
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

/** What does no harm beside a simulator, and does beside a gateway that moves money. */
export function unfitForRealMoney(variables: Variables): Problem[] {
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

/** An HMAC-SHA256 key should have 32 bytes; 16 characters are the least to accept. */
const authSecretMinCharacters = 16

export const secretVariables = {
  AUTH_SECRET: z
    .string(
      needed(
        `Set it to at least ${authSecretMinCharacters} random characters, e.g. from "openssl rand -hex 32".`,
      ),
    )
    .min(authSecretMinCharacters, `is too short. Use at least ${authSecretMinCharacters} random characters.`),
  AUTH_SECRET_OTHERS: list(
    (entry) => (entry.length < authSecretMinCharacters ? 'is too short to be an AUTH_SECRET' : undefined),
    true,
  ).default([]),
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
}

/** `name:key`, where the key is 32 bytes in base64. The name `auth` is taken: it is the derived key's. */
function dataKeyOf(entry: string): { id: string; key: Buffer } | undefined {
  const [id = '', text = '', more] = entry.split(':')
  const key = Buffer.from(text, 'base64')
  // The decoder skips what is not base64, and a typing mistake must not become another key.
  const isKey = /^[A-Za-z0-9+/]{43}=$/.test(text) && key.length === 32
  const right = /^[a-z0-9_-]{1,32}$/i.test(id) && id !== 'auth' && more === undefined && isKey
  return right ? { id, key } : undefined
}
