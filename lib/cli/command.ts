// What the operator's commands share: the demo's environment if there is no other, the database, one JSON answer.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '#lib/runtime/database.ts'
import { closeDeps, getDeps, isDatabaseAway, logToStandardError, provideDatabase } from '#lib/runtime/deps.ts'
import { scrubText } from '#lib/runtime/log.ts'
import type { Deps } from '#lib/services/ports.ts'
import { demoEnvironment } from './demo-settings.ts'
import { loadDotenv } from './load-dotenv.ts'

/** What is wrong with how a command was called: said without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/**
 * Prints what `run` returns as JSON on standard output and ends the process with 0, or with 1 when the answer itself says `ok: false`.
 * What throws ends it with 1 and the reason on standard error.
 */
export async function answerWith(run: (withDeps: WithDeps) => Promise<unknown>): Promise<never> {
  try {
    const answer = await run(withDeps)
    const code = isBad(answer) ? 1 : 0
    process.stdout.write(`${JSON.stringify(answer, printable, 2)}\n`, () => process.exit(code))
  } catch (error) {
    process.stderr.write(`${scrubText(explain(error))}\n`, () => process.exit(1))
  }
  return new Promise<never>(() => undefined)
}

export type WithDeps = <T>(use: (deps: Deps) => Promise<T>) => Promise<T>

const withDeps: WithDeps = async (use) => {
  loadDotenv()
  joinDemo()
  logToStandardError()
  const url = process.env['DATABASE_URL']?.trim()
  const database = await openDatabase(url === '' ? undefined : url)
  provideDatabase(database.url)
  try {
    return await use(await getDeps())
  } finally {
    await closeDeps()
    await database.leave()
  }
}

/** In a clone that is configured for nothing but has run the demo, the commands are about the demo. */
function joinDemo(): void {
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
    return 'The database can not be reached. Check DATABASE_URL and whether PostgreSQL runs.'
  if (!(error instanceof Error)) return String(error)
  // Prisma's own codes for a missing table or column.
  if ('code' in error && (error.code === 'P2021' || error.code === 'P2022'))
    return 'The database is not of this version. Run "npm run db:migrate".'
  return error.message
}
