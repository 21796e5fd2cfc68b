// The operator's command line for programs that start a stack of their own: browser tests, bench, drill.
import type { Variables } from '#lib/processes/start-process.ts'
import { runCommand } from './admin-commands.ts'
import { endingOf } from './command.ts'

/** Runs an operator's command in this process and returns its answer; throws when the answer is no. `input`: its standard input. */
export async function admin(
  environment: Variables,
  args: readonly string[],
  input = '',
): Promise<Record<string, unknown>> {
  const readInput = () => Promise.resolve(input)
  // Warnings, as of payments that were stopped, would be in the middle of the program's own words.
  const variables = { ...environment, LOG_LEVEL: 'error' }
  const ending = await endingOf((withDeps) => runCommand(args, readInput, withDeps), variables)
  const { code, answer = '', trouble = answer } = ending
  if (code !== 0) throw new Error(`admin ${args.join(' ')}: ${trouble}`)
  return JSON.parse(answer) as Record<string, unknown>
}
