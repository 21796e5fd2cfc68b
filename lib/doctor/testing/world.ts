/** A deployment for tests: variables as an operator has them, and the findings of one check about it. */
import { examineDatabase } from '#lib/db/engine/examine.ts'
import type { Examined } from '#lib/db/engine/examine.ts'
import { examineEnv } from '#lib/runtime/examine-env.ts'
import { privateKeyPem, secret } from '#lib/simulator/testing/merchant.ts'
import { allChecks, examine } from '../examine.ts'
import { messageOf } from '../finding.ts'
import type { Finding, World } from '../finding.ts'
import { metricsToken } from './portal.ts'

export type Variables = Record<string, string | undefined>

/** Beside a simulator at `cardzoUrl`. */
export const variablesFor = (cardzoUrl: string, databaseUrl: string, more: Variables = {}): Variables => ({
  APP_URL: 'http://127.0.0.1:1',
  AUTH_SECRET: 'auth-secret-that-nobody-guesses',
  DATA_KEYS: `2026a:${Buffer.alloc(32, 9).toString('base64')}`,
  DATABASE_URL: databaseUrl,
  METRICS_TOKEN: metricsToken,
  CARDZO_API_URL: cardzoUrl,
  CARDZO_ENDPOINT_ID: '39915',
  CARDZO_LOGIN: 'test-login',
  CARDZO_PRIVATE_KEY: privateKeyPem,
  CARDZO_MERCHANT_CONTROL: secret,
  CARDZO_CURRENCIES: 'EUR',
  CARDZO_REQUIRED_FIELDS: '',
  CARDZO_TIMEOUT_MS: '2000',
  ...more,
})

type More = Partial<Pick<World, 'webServers' | 'mailTo'>> & {
  /** What the database is made to have said. */
  examined?: (examined: Examined) => Examined
}

export function worldOf(variables: Variables, { examined = (same) => same, ...more }: More = {}): World {
  const read = examineEnv(variables, ['worker', 'web'])
  const url = read.databaseDirectUrl ?? read.databaseUrl ?? ''
  const database = examineDatabase(url).then(examined, messageOf)
  return { ...read, database, webServers: 1, mailTo: undefined, ...more }
}

/** What one check finds. */
export async function found(check: string, variables: Variables, more?: More): Promise<Finding[]> {
  const checks = allChecks.filter(({ name }) => name === check)
  if (checks.length !== 1) throw new Error(`no check ${check}`)
  return examine(worldOf(variables, more), checks)
}
