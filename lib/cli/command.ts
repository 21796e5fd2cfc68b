// What the operator's commands share: the demo's environment if there is no other, the database, one JSON answer.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '#lib/runtime/database.ts'
import { demoTrouble } from '#lib/runtime/demo-guard.ts'
import { createRuntime, isDatabaseAway } from '#lib/runtime/deps.ts'
import type { Runtime } from '#lib/runtime/deps.ts'
import { readEnv, readProcessEnv } from '#lib/runtime/env.ts'
import type { Env } from '#lib/runtime/env.ts'
import { loadDotenv } from '#lib/runtime/load-dotenv.ts'
import { createLog, scrubText } from '#lib/runtime/log.ts'
import type { Variables } from '#lib/processes/start-process.ts'
import type { Deps } from '#lib/services/ports.ts'
import { demoEnvironment } from './demo-settings.ts'

/** What is wrong with how a command was called: said without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** How a command ends: its answer for standard output, or what is wrong for standard error. */
export type Ending = { code: 0 | 1; answer?: string; trouble?: string }

/**
 * What `run` returns, as JSON; the code is 0, or 1 when the answer itself says `ok: false`. What it throws is a code of 1 and the
 * reason. `variables`: the environment to run it with, in a process that does other things too; starting one takes ten times as long as
 * most commands. Without them it takes this process's own.
 */
export async function endingOf(
  run: (withDeps: WithDeps) => Promise<unknown>,
  variables?: Variables,
): Promise<Ending> {
  const withDeps: WithDeps = (use, options) =>
    useDeps(variables === undefined ? ownEnv() : readEnv(variables, 'command'), use, options)
  try {
    const answer = await run(withDeps)
    return { code: isBad(answer) ? 1 : 0, answer: JSON.stringify(answer, printable, 2) }
  } catch (error) {
    return { code: 1, trouble: scrubText(explain(error)) }
  }
}

/** Prints how `run` ended, and ends the process. */
export async function answerWith(run: (withDeps: WithDeps) => Promise<unknown>): Promise<never> {
  const { code, answer, trouble } = await endingOf(run)
  if (answer !== undefined) process.stdout.write(`${answer}\n`, () => process.exit(code))
  else process.stderr.write(`${trouble ?? ''}\n`, () => process.exit(code))
  return new Promise<never>(() => undefined)
}

/** `besideDemo`: also while accounts of the demo stand in the way of everything else. */
export type WithDeps = <T>(
  use: (deps: Deps, runtime: Runtime) => Promise<T>,
  options?: { besideDemo?: boolean },
) => Promise<T>

function ownEnv(): Env {
  loadDotenv()
  joinDemo()
  return readProcessEnv('command')
}

async function useDeps<T>(
  env: Env,
  use: (deps: Deps, runtime: Runtime) => Promise<T>,
  { besideDemo = false } = {},
): Promise<T> {
  const database = await openDatabase(env.databaseUrl)
  try {
    // Standard output is for the answer.
    const runtime = createRuntime(env, database.url, createLog(env.logLevel, 'portal', 'stderr'))
    try {
      const trouble = besideDemo ? undefined : await demoTrouble(runtime)
      if (trouble !== undefined) throw new CommandError(trouble)
      return await use(runtime.deps, runtime)
    } finally {
      await runtime.close()
    }
  } finally {
    await database.leave()
  }
}

/** In a clone that is configured for nothing but has run the demo, the commands are about the demo. */
export function joinDemo(): void {
  const secretsFile = join('.data', 'demo.json')
  if (process.env['CARDZO_API_URL']?.trim() || !existsSync(secretsFile)) return
  const port = Number(process.env['PORT']) || 3000
  const simulatorPort = Number(process.env['SIMULATOR_PORT']) || 4000
  Object.assign(process.env, demoEnvironment(process.env, { port, simulatorPort, secretsFile, isDev: false }))
}

const isBad = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false

const printable = (_name: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)

function explain(error: unknown): string {
  if (isDatabaseAway(error))
    return 'The database cannot be reached. Check DATABASE_URL and whether PostgreSQL runs.'
  if (!(error instanceof Error)) return String(error)
  // Prisma's own codes for a missing table or column.
  if ('code' in error && (error.code === 'P2021' || error.code === 'P2022'))
    return 'The database is not of this version. Run "npm run db:migrate".'
  return error.message
}
