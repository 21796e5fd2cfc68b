// The whole product as real processes: database, simulator, two workers, web server. Built once for all tests by
// global-setup.ts; a test that has to break something builds a second one beside it.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { demoEnvironment, environmentOf } from '#lib/cli/demo-settings.ts'
import { freePort } from '#lib/processes/ports.ts'
import { lastLines, startProcess } from '#lib/processes/process.ts'
import type { StartedProcess } from '#lib/processes/process.ts'

export const outputDir = join(process.cwd(), 'e2e', '.output')
const stackFile = join(outputDir, 'stack.json')
/** Away from the ports that people use for the demo; the first free one is taken. */
const firstPort = 23_100
/** Pages are rendered within a second of the start; a loaded machine may take its time. */
const readyTimeoutMs = 60_000

/** One simulated step of the bank, short enough for tests and long enough to be seen in between. */
export const stepMs = 250
const pollIntervalMs = 300
export const timeoutMs = 3000

export type Variables = Record<string, string | undefined>

export const password = 'a long enough password'

/** Everybody who signs in; staff have an authenticator. Roles that two people share are needed twice for the four eyes. */
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
export type Stack = {
  appUrl: string
  simulatorUrl: string
  databaseUrl: string
  apiKey: string
  /** Of every process, and of the operator's commands. */
  environment: Variables
}

/** The environment of the demo, quicker. Nothing of our own environment but what programs need to start. */
export async function chooseEnvironment(databaseUrl: string, more: Variables = {}): Promise<Variables> {
  const port = await freePort(firstPort)
  const simulatorPort = await freePort(firstPort, [port])
  const { PATH, HOME } = process.env
  const environment = demoEnvironment(
    { PATH, HOME },
    { port, simulatorPort, secretsFile: join(outputDir, 'secrets.json'), isDev: false },
  )
  return {
    ...environment,
    DATABASE_URL: databaseUrl,
    // Of this stack alone: a worker that finds another stack's would believe that its database was restored.
    MARKER_FILE: join(outputDir, `marker-${port}.json`),
    SIMULATOR_STEP_MS: String(stepMs),
    SIMULATOR_RETRY_MS: '500',
    CARDZO_POLL_INTERVAL_MS: String(pollIntervalMs),
    CARDZO_TIMEOUT_MS: String(timeoutMs),
    ...more,
  }
}

export const appUrlOf = (environment: Variables) => environment['APP_URL'] ?? ''
export const simulatorUrlOf = (environment: Variables) =>
  `http://127.0.0.1:${environment['SIMULATOR_PORT'] ?? ''}`

const processOf: Record<string, 'worker' | 'simulator'> = {
  'lib/worker/main.ts': 'worker',
  'lib/simulator/main.ts': 'simulator',
}

/** Programs of one stack, stopped together in the opposite order of their start. */
export class Processes {
  readonly #environment: Variables
  readonly #started: StartedProcess[] = []

  constructor(environment: Variables) {
    this.#environment = environment
  }

  start(name: string, script: string): StartedProcess {
    const logFile = join(outputDir, 'logs', `${name}.log`)
    rmSync(logFile, { force: true })
    // As the demo does: each process with its own secrets only.
    const env = environmentOf(processOf[script] ?? 'web', this.#environment)
    const started = startProcess({ name, args: [script], env, logFile })
    this.#started.push(started)
    return started
  }

  async stop(): Promise<void> {
    for (const started of this.#started.splice(0).reverse()) await started.stop()
  }
}

/** Waits for a good answer; throws with the end of the log when the process ends before it, or never gives one. */
export async function untilAnswers(started: StartedProcess, address: string): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs
  let last = 'no answer'
  for (;;) {
    const how = await Promise.race([started.ended, sleep(100)])
    const log = () => lastLines(started.logFile ?? '')
    if (how !== undefined) throw new Error(`${started.name} ended (${how}):\n${log()}`)
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(5000) })
      last = `${answer.status} ${await answer.text()}`
      if (answer.ok) return
    } catch (error) {
      last = String(error)
    }
    if (Date.now() > deadline) throw new Error(`${address} never became good: ${last}\n${log()}`)
  }
}

export function needBuild(): void {
  if (!existsSync('.next/BUILD_ID'))
    throw new Error(
      'The browser tests run the production build, and there is none: run "npm run build" first.',
    )
}

export type Ended = { code: number | null; stdout: string; stderr: string }

/** Runs one program to its end. */
export function run(
  program: string,
  args: readonly string[],
  environment: Variables,
  input = '',
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment as NodeJS.ProcessEnv, timeout: 60_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** The operator's command line; throws when the command says no. */
export async function admin(
  environment: Variables,
  args: readonly string[],
  input = '',
): Promise<Record<string, unknown>> {
  const ended = await run(process.execPath, ['lib/cli/admin.ts', ...args], environment, input)
  if (ended.code !== 0) throw new Error(`admin ${args.join(' ')}: ${ended.stderr}`)
  return JSON.parse(ended.stdout) as Record<string, unknown>
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

export function rememberStack(stack: Stack): void {
  mkdirSync(outputDir, { recursive: true })
  writeFileSync(stackFile, JSON.stringify(stack), { mode: 0o600 })
}

/** The stack that global-setup.ts started. */
export function findStack(): Stack {
  return JSON.parse(readFileSync(stackFile, 'utf8')) as Stack
}
