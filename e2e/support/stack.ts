// The whole product as real processes: database, simulator, two workers, web server. Built once for all tests by
// global-setup.ts; a test that has to break something builds a second one beside it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { admin, chooseEnvironment as chooseFor } from '#lib/cli/own-stack.ts'
import { hasBuild } from '#lib/processes/build.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { Variables } from '#lib/processes/start-process.ts'

export { admin, appUrlOf, simulatorUrlOf } from '#lib/cli/own-stack.ts'
export { environmentOf } from '#lib/cli/demo-settings.ts'
export { run } from '#lib/processes/run.ts'
export type { Stack, Variables }

export const outputDir = join(process.cwd(), 'e2e', '.output')
const stackFile = join(outputDir, 'stack.json')
/** Away from the ports that people use for the demo; the first free one is taken. */
const firstPort = 23_100

/** One simulated step of the bank, short enough for tests and long enough to be seen in between. */
export const stepMs = 250
const pollIntervalMs = 300
export const timeoutMs = 3000

export const password = 'a long enough password'

/** Everybody who signs in; staff have an authenticator. Roles that two people share are needed twice, as maker and checker. */
export const people = {
  receiver: { role: 'receiver', email: 'ada@e2e.example', name: 'Ada Nowak' },
  otherReceiver: { role: 'receiver', email: 'ben@e2e.example', name: 'Ben Okafor' },
  clerk: { role: 'clerk', email: 'clerk@e2e.example', name: 'Clara Clerk', totpSecret: 'E2ECLERKAAAAAAAA' },
  approver: {
    role: 'approver',
    email: 'approver@e2e.example',
    name: 'Albert Approver',
    totpSecret: 'E2EAPPROVERAAAAA',
  },
  otherApprover: {
    role: 'approver',
    email: 'approver2@e2e.example',
    name: 'Beatrice Approver',
    totpSecret: 'E2EAPPROVERBBBBB',
  },
  admin: { role: 'admin', email: 'admin@e2e.example', name: 'Adrian Admin', totpSecret: 'E2EADMINAAAAAAAA' },
  auditor: {
    role: 'auditor',
    email: 'auditor@e2e.example',
    name: 'Aurora Auditor',
    totpSecret: 'E2EAUDITORAAAAAA',
  },
} as const
export type Person = keyof typeof people

/** What a test needs to know of the running stack. */
export type RunningStack = {
  appUrl: string
  simulatorUrl: string
  databaseUrl: string
  apiKey: string
  /** Of every process, and of the operator's commands. */
  environment: Variables
}

/** The environment of the demo, quicker. */
export async function chooseEnvironment(databaseUrl: string): Promise<Variables> {
  const environment = await chooseFor({
    firstPort,
    secretsFile: join(outputDir, 'secrets.json'),
    more: {
      DATABASE_URL: databaseUrl,
      SIMULATOR_STEP_MS: String(stepMs),
      SIMULATOR_RETRY_MS: '500',
      CARDZO_POLL_INTERVAL_MS: String(pollIntervalMs),
      CARDZO_TIMEOUT_MS: String(timeoutMs),
    },
  })
  // Of this stack alone: a worker that finds another stack's would believe that its database was restored.
  return { ...environment, MARKER_FILE: join(outputDir, `marker-${environment['PORT'] ?? ''}.json`) }
}

export const newStack = () => new Stack({ logFolder: join(outputDir, 'logs') })

export function needBuild(): void {
  if (!hasBuild())
    throw new Error(
      'The browser tests run the production build, and there is none: run "npm run build" first.',
    )
}

export function createPerson(
  environment: Variables,
  person: { email: string; role: string; name: string; totpSecret?: string },
) {
  const { email, role, name, totpSecret } = person
  const flags = ['--email', email, '--role', role, '--name', name, '--password-stdin']
  if (totpSecret !== undefined) flags.push('--totp-secret', totpSecret)
  return admin(environment, ['user:create', ...flags], password)
}

/**
 * Nothing waits and nobody needs a balance, except where that is what a journey is about: such a journey grants, or sets it for
 * itself and back.
 */
export async function settleIn(environment: Variables): Promise<void> {
  const settings = ['--send-delay-s', '0', '--cooling-off-h', '0', '--require-balance', 'off']
  await admin(environment, ['settings:set', ...settings])
}

export function rememberStack(stack: RunningStack): void {
  mkdirSync(outputDir, { recursive: true })
  writeFileSync(stackFile, JSON.stringify(stack), { mode: 0o600 })
}

/** The stack that global-setup.ts started. */
export function findStack(): RunningStack {
  return JSON.parse(readFileSync(stackFile, 'utf8')) as RunningStack
}
