// One process: it writes to its own log file, is in its own process group, and only we tell it to stop. The log is a file rather
// than a pipe, so that it outlives us and our end breaks nothing.
import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The web server gives requests in hand 10 s, the worker finishes a call to the gateway. */
const stopTimeoutMs = 20_000
const stopWithParent = join(import.meta.dirname, 'stop-with-parent.ts')

export type Variables = Record<string, string | undefined>

export interface StartedProcess {
  name: string
  pid: number
  logFile: string | undefined
  /** How it ended: an exit code, or the signal that killed it. Never rejects. */
  ended: Promise<number | NodeJS.Signals>
  /** What it wrote to standard output; kept only when asked for. */
  output: () => string
  stop: () => Promise<void>
}

export interface ProcessOptions {
  name: string
  /** Node's arguments: a script and its own. */
  args: readonly string[]
  env: Variables
  /** The file that both outputs are added to; undefined: to our terminal. */
  logFile?: string
  /** Standard output is kept for `output()` instead. */
  keepOutput?: boolean
  /** The folder of another version, which runs there. */
  cwd?: string
}

/** Starts Node (the one we run on) with `args`. */
export function startProcess(options: ProcessOptions): StartedProcess {
  const { name, logFile } = options
  const log = logFile === undefined ? undefined : openLog(logFile)
  const stdout = options.keepOutput ? 'pipe' : (log ?? 'inherit')
  const stdio: StdioOptions = ['ignore', stdout, log ?? 'inherit', 'ipc']
  const child = spawn(process.execPath, ['--import', stopWithParent, ...options.args], {
    // (Next's types claim that every environment has NODE_ENV.)
    env: {
      ...options.env,
      STARTED_BY: String(process.pid),
    } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
    stdio,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    // Ctrl-C in the terminal reaches a whole group at once; we stop our processes in order instead.
    detached: true,
  })
  if (log !== undefined) closeSync(log)
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const ended = endOf(child)
  let hasEnded = false
  void ended.then(() => {
    hasEnded = true
  })
  const stop = async () => {
    if (!hasEnded) await stopChild(child, ended)
  }
  return { name, pid: child.pid ?? 0, logFile, ended, output: () => output, stop }
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true })
  return openSync(file, 'a', 0o600)
}

function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    // Children of its own end with it.
    child.once('exit', () => killGroup(child))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1))
  })
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  const tooLong = new AbortController()
  await Promise.race([
    ended,
    sleep(stopTimeoutMs, undefined, { signal: tooLong.signal }).catch(() => undefined),
  ])
  tooLong.abort()
  killGroup(child)
  await ended
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

/** The end of a process's log, for when it has failed. */
export function lastLines(logFile: string, count = 30): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}

/** What to say of a process that was to stay. */
export function endedTooSoon({ name, logFile }: StartedProcess, how: number | NodeJS.Signals): Error {
  const log = logFile === undefined ? '' : `:\n${lastLines(logFile)}\n(${logFile})`
  return new Error(`${name} ended unexpectedly (${how})${log}`)
}
