/** The environment as `npm run doctor` sees it: every problem of every process at once, and what can be used in spite of them. */
import { stat } from 'node:fs/promises'
import { readEnv } from './env.ts'
import type { Env, Role } from './env.ts'
import { readPatroniUrls } from './env/database.ts'
import type { Variables } from './env/reading.ts'
import { readText } from './env/reading.ts'
import { secretNames } from './env/secrets.ts'
import { sampleSecrets } from './sample-secrets.ts'

export type ExaminedEnv = {
  /** What the named processes read together; null: at least one would not start. */
  env: Env | null
  /** One for each variable that is wrong: its name, what is wrong, what to do. Values are never quoted. */
  problems: string[]
  warnings: readonly string[]
  /** As far as they can be read, also when the rest is wrong. */
  appUrl: URL | null
  databaseUrl: string | undefined
  databaseDirectUrl: string | undefined
  /** Null: PATRONI_URL is no list of addresses. */
  patroniUrls: string[] | null
  /** Secrets that everybody can read in `.env.example`. */
  samples: string[]
  /** Files that hold secrets, by the variable that names them. */
  secretFiles: { name: string; file: string }[]
  /** Every secret's value, so that none is printed. */
  secrets: string[]
}

/** `roles`: the processes that run with these variables. */
export function examineEnv(raw: Variables, roles: readonly Exclude<Role, 'command'>[]): ExaminedEnv {
  const valueOf = (name: string) => {
    const given = raw[name]?.trim()
    if (given) return given
    const file = raw[`${name}_FILE`]?.trim()
    return file ? readText(file)?.trim() : undefined
  }
  const read = roles.map((role) => tryReading(raw, role))
  const envs = read.flatMap(({ env }) => env ?? [])
  const [first] = envs
  const env =
    envs.length === roles.length && first !== undefined
      ? {
          ...first,
          metricsToken: envs.find(({ metricsToken }) => metricsToken !== undefined)?.metricsToken,
          actionsKey: envs.find(({ actionsKey }) => actionsKey !== undefined)?.actionsKey,
          smtp: envs.find(({ smtp }) => smtp !== null)?.smtp ?? null,
          cardzo: envs.find(({ cardzo }) => cardzo.privateKeyPem !== undefined)?.cardzo ?? first.cardzo,
        }
      : null
  const appUrl = raw['APP_URL']?.trim() ?? ''
  const known = secretNames.flatMap((name) => valueOf(name) ?? [])
  return {
    env,
    problems: [...new Set(read.flatMap(({ problems }) => problems))],
    warnings: [...new Set(envs.flatMap(({ warnings }) => warnings))],
    appUrl: URL.canParse(appUrl) ? new URL(appUrl) : null,
    databaseUrl: postgresOnly(valueOf('DATABASE_URL')),
    databaseDirectUrl: postgresOnly(valueOf('DATABASE_DIRECT_URL')),
    patroniUrls: readPatroniUrls(raw['PATRONI_URL']),
    samples: Object.entries(sampleSecrets)
      .filter(([name, sample]) => valueOf(name) === sample)
      .map(([name]) => name),
    secretFiles: secretNames.flatMap((name) => {
      const file = raw[`${name}_FILE`]?.trim()
      return file ? [{ name, file }] : []
    }),
    secrets: [...new Set(known.flatMap(partsOf))].filter((secret) => secret.length >= 4),
  }
}

const postgresOnly = (url: string | undefined) =>
  url !== undefined && URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol) ? url : undefined

/** An address is no secret but for its password, and a list of keys is one secret each. */
function partsOf(secret: string): string[] {
  if (URL.canParse(secret) && secret.includes('://')) {
    const { password } = new URL(secret)
    return password === '' ? [] : [password, decodeURIComponent(password)]
  }
  return [secret, ...secret.split(',').flatMap((one) => one.split(':').slice(1))]
}

function tryReading(raw: Variables, role: Role): { env: Env | null; problems: string[] } {
  try {
    return { env: readEnv(raw, role), problems: [] }
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n') : []
    return { env: null, problems: lines.filter((line) => line.startsWith('  ')).map((line) => line.trim()) }
  }
}

/** Who may do what with a file: its permission bits; null: it can't be looked at. */
export async function permissionsOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mode }) => mode & 0o777,
    () => null,
  )
}
