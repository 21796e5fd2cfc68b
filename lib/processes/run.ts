// Programs that do one thing and end.
import { spawn } from 'node:child_process'
import type { Variables } from './start-process.ts'

/** Longer than any of our commands takes on a loaded machine. */
const timeoutMs = 60_000

export type Ended = { code: number | null; stdout: string; stderr: string }

/** Runs one program to its end, in `cwd`, and keeps what it says; `input` is its standard input. Killed after a minute. */
export function run(
  program: string,
  args: readonly string[],
  env: Variables,
  input = '',
  cwd = process.cwd(),
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: env as NodeJS.ProcessEnv, timeout: timeoutMs, cwd })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    // A program that ended without reading it.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
