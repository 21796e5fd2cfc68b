// A part of the checks, beside the others: what it says is kept, for two outputs at once cannot be read.
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { resolve } from 'node:path'

export type Outcome = { succeeded: boolean; output: string }

/** Compiled code of the programs that we start again and again; they start faster with it. */
export const compileCache = { NODE_COMPILE_CACHE: resolve('node_modules', '.cache', 'compiled') }

/**
 * The type checker, and the part of the linter that needs types, are Go programs that end in seconds, and spent a third of their work on
 * collecting garbage. Below this limit they collect none; each takes two gigabytes either way.
 */
const lateGarbageCollection = { GOGC: 'off', GOMEMLIMIT: '3GiB' }

/**
 * Runs a program and keeps what it says; npm has put the project's own first on the path. `givesWay`: to what takes longest, so that
 * all of them end sooner. `more`: environment of its own. Never rejects.
 */
export function runQuietly(
  program: string,
  args: readonly string[],
  { givesWay = false, more = {} }: { givesWay?: boolean; more?: Record<string, string> } = {},
): Promise<Outcome> {
  const env = { ...process.env, ...compileCache, ...lateGarbageCollection, ...more }
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  if (givesWay && child.pid !== undefined) setPriority(child.pid, 10)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text.toString()
    })
  return new Promise((done) => {
    child.on('error', (error) => done({ succeeded: false, output: error.message }))
    child.on('close', (code) => done({ succeeded: code === 0, output }))
  })
}
