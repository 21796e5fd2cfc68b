// The whole product as real processes: database, simulator, one worker or two, web server. global-setup.ts starts one for each of
// Playwright's workers; a test that has to break something builds a second one beside it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { admin } from '#lib/cli/admin-here.ts'
import { chooseEnvironment as chooseFor } from '#lib/cli/own-stack.ts'
import { hasBuild } from '#lib/processes/build.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { Variables } from '#lib/processes/start-process.ts'

export { admin }
export { appUrlOf, simulatorUrlOf } from '#lib/cli/own-stack.ts'
export { environmentOf } from '#lib/cli/demo-settings.ts'
export { run } from '#lib/processes/run.ts'
export type { Stack, Variables }

const outputDir = join(process.cwd(), 'e2e', '.output')
/** Playwright numbers the workers that run side by side, from 0; each has the stack of its number. */
const ownNumber = () => Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)
/** What belongs to one stack: its logs, its simulator's ledger, its marker file. */
export const folderOf = (number: number) => join(outputDir, `stack-${number}`)
export const logFolder = (number = ownNumber()) => join(folderOf(number), 'logs')
const stackFile = (number: number) => join(folderOf(number), 'stack.json')
/** Away from the ports that people use for the demo; each stack takes the first free ones of twenty. */
const firstPort = (number: number) => 23_100 + number * 20

/** One simulated step of the bank, short enough for tests and long enough to be seen in between. */
export const stepMs = 250
/** Callbacks say what happens at once; tests leave many payouts that nobody ends, and each costs its polls. */
const pollIntervalMs = 3000
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

/** The environment of the demo, quicker. Stacks share the secrets, for their databases are copies of one. */
export function chooseEnvironment(databaseUrl: string, number: number): Promise<Variables> {
  return chooseFor({
    firstPort: firstPort(number),
    secretsFile: join(outputDir, 'secrets.json'),
    more: {
      DATABASE_URL: databaseUrl,
      // Of this stack alone: a worker that finds another stack's would believe that its database was restored.
      MARKER_FILE: join(folderOf(number), 'marker.json'),
      SIMULATOR_LEDGER_FILE: join(folderOf(number), 'simulator', 'ledger.json'),
      SIMULATOR_STEP_MS: String(stepMs),
      SIMULATOR_RETRY_MS: '500',
      CARDZO_POLL_INTERVAL_MS: String(pollIntervalMs),
      CARDZO_TIMEOUT_MS: String(timeoutMs),
      // Commands start in half the time.
      NODE_COMPILE_CACHE: join(outputDir, 'compiled'),
    },
  })
}

export const newStack = (number = ownNumber()) => new Stack({ logFolder: logFolder(number) })

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

export function rememberStack(stack: RunningStack, number: number): void {
  writeFileSync(stackFile(number), JSON.stringify(stack), { mode: 0o600 })
}

/** The stack that global-setup.ts started for the worker of this number. */
export const stackOf = (number: number): RunningStack =>
  JSON.parse(readFileSync(stackFile(number), 'utf8')) as RunningStack

/** The one for this worker. */
export const findStack = () => stackOf(ownNumber())
