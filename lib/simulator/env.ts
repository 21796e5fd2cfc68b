import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { publicKeyOf } from '#lib/cardzo/testing.ts'
import { balanceShape } from './balances.ts'
import type { SimulatorOptions } from './server.ts'

const text = z.string().trim().min(1)
const digits = z.string().regex(/^\d{1,19}$/, 'digits only')
const ms = z.coerce.number().int().min(1)

const shape = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  SIMULATOR_HOST: text.default('127.0.0.1'),
  SIMULATOR_STEP_MS: ms.default(1000),
  SIMULATOR_RETRY_MS: ms.default(2000),
  SIMULATOR_LEDGER_FILE: text.optional(),
  /** `EUR:250000,USD:100000` */
  SIMULATOR_BALANCES: z
    .string()
    .default('')
    .transform((list, context) =>
      list
        .split(',')
        .filter((each) => each.trim() !== '')
        .map((each) => {
          const [currency = '', amount = ''] = each.trim().split(':')
          const read = balanceShape.safeParse({ currency, amount })
          if (read.success) return read.data
          context.addIssue({ code: 'custom', message: 'a list such as EUR:250000,USD:100000 is needed' })
          return z.NEVER
        }),
    ),
  SIMULATOR_PUBLIC_KEY: text.optional(),
  SIMULATOR_PUBLIC_KEY_FILE: text.optional(),
  CARDZO_PRIVATE_KEY: text.optional(),
  CARDZO_PRIVATE_KEY_FILE: text.optional(),
  CARDZO_LOGIN: text,
  CARDZO_MERCHANT_CONTROL: text,
  CARDZO_ENDPOINT_ID: digits.optional(),
  CARDZO_ENDPOINT_GROUP_ID: digits.optional(),
  CARDZO_API_URL: z.url().optional(),
  CARDZO_REQUIRED_FIELDS: z.string().default(''),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})
type Env = z.infer<typeof shape>

export type SimulatorEnv = Omit<SimulatorOptions, 'log'> & { logLevel: Env['LOG_LEVEL'] }
export type EnvResult = { ok: true; options: SimulatorEnv } | { ok: false; problems: string[] }

/** Reads what the simulator needs from the environment, or lists everything that is wrong there. */
export function readSimulatorEnv(given: Record<string, string | undefined> = process.env): EnvResult {
  // A variable set to nothing is a variable not set.
  const source = Object.fromEntries(Object.entries(given).filter(([, value]) => value?.trim()))
  const control = readControl(source)
  if (control.text !== undefined) source['CARDZO_MERCHANT_CONTROL'] = control.text
  const parsed = shape.safeParse(source)
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  const gateway = source['CARDZO_API_URL']
  if (
    gateway !== undefined &&
    URL.canParse(gateway) &&
    !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(gateway).hostname)
  )
    problems.push(
      'CARDZO_API_URL: is a real gateway. The simulator must not share its settings: give it an address of this machine, and its own key, login and control',
    )
  if (control.problem !== undefined) problems.push(control.problem)
  if (source['CARDZO_ENDPOINT_ID'] && source['CARDZO_ENDPOINT_GROUP_ID']) {
    problems.push('CARDZO_ENDPOINT_ID and CARDZO_ENDPOINT_GROUP_ID: only one of the two')
  }
  const key = readKey(source)
  if ('problem' in key) problems.push(key.problem)
  if (!parsed.success || 'problem' in key || problems.length > 0) return { ok: false, problems }
  return { ok: true, options: toOptions(parsed.data, key.pem) }
}

function toOptions(env: Env, keyPem: string): SimulatorEnv {
  return {
    port: env.SIMULATOR_PORT,
    host: env.SIMULATOR_HOST,
    basePath: env.CARDZO_API_URL === undefined ? '/paynet' : new URL(env.CARDZO_API_URL).pathname,
    merchant: {
      login: env.CARDZO_LOGIN,
      keyPem,
      control: env.CARDZO_MERCHANT_CONTROL,
      endpoint: endpointOf(env),
      requiredFields: env.CARDZO_REQUIRED_FIELDS.split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    },
    settings: { stepMs: env.SIMULATOR_STEP_MS, retryMs: env.SIMULATOR_RETRY_MS },
    balances: env.SIMULATOR_BALANCES,
    ledgerFile: env.SIMULATOR_LEDGER_FILE,
    logLevel: env.LOG_LEVEL,
  }
}

function endpointOf(env: Env) {
  if (env.CARDZO_ENDPOINT_ID !== undefined) return { id: env.CARDZO_ENDPOINT_ID }
  return env.CARDZO_ENDPOINT_GROUP_ID === undefined ? null : { groupId: env.CARDZO_ENDPOINT_GROUP_ID }
}

function readControl(source: Record<string, string | undefined>): { text?: string; problem?: string } {
  const file = source['CARDZO_MERCHANT_CONTROL_FILE']
  if (file === undefined || source['CARDZO_MERCHANT_CONTROL'] !== undefined) return {}
  try {
    return { text: readFileSync(file, 'utf8').trim() }
  } catch {
    return { problem: 'CARDZO_MERCHANT_CONTROL_FILE: names a file that cannot be read' }
  }
}

/** The public key wins: a simulator that runs alone needs no secret of the merchant. */
function readKey(source: Record<string, string | undefined>): { pem: string } | { problem: string } {
  for (const name of ['SIMULATOR_PUBLIC_KEY', 'CARDZO_PRIVATE_KEY']) {
    const file = source[`${name}_FILE`]
    try {
      const pem = source[name] || (file ? readFileSync(file, 'utf8') : '')
      if (pem === '') continue
      if (publicKeyOf(pem).asymmetricKeyType !== 'rsa') throw new TypeError('no RSA key')
      return { pem }
    } catch {
      return { problem: `${name} or ${name}_FILE: cannot be read, an RSA key in PEM is needed` }
    }
  }
  return {
    problem: 'SIMULATOR_PUBLIC_KEY(_FILE) or CARDZO_PRIVATE_KEY(_FILE): the key of the merchant is missing',
  }
}
