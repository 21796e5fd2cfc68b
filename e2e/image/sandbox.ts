// Processes in the tree of the image, kept apart as a container would (enter.sh).
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Built } from './build.ts'

export type Variables = Record<string, string>

export type Sandbox = {
  /** Starts a program of the image and leaves it running. */
  start: (name: string, command: readonly string[], variables?: Variables) => Running
  /** Runs one to its end. Throws with what it said if it doesn't end with 0. */
  run: (command: readonly string[], variables?: Variables, input?: string) => Promise<string>
}

export type Running = {
  name: string
  log: () => string
  /** Tells it to stop as a container is told, and resolves with how it ended. */
  stop: () => Promise<number | NodeJS.Signals>
  hasEnded: () => boolean
}

/** `logs`, `secrets` and `state` are folders of this machine; the image's user owns the last. */
export function createSandbox(
  { root, stage }: Built,
  folders: { logs: string; secrets: string; state: string },
  settings: Variables,
): Sandbox {
  const user = stage.user ?? '0:0'
  const enter = join(import.meta.dirname, 'enter.sh')
  const spawnIn = (command: readonly string[], variables: Variables, stdio: ('pipe' | 'ignore' | number)[]) =>
    spawn(
      'unshare',
      [...['--mount', enter, root, user, folders.secrets, folders.state, process.execPath], ...command],
      {
        env: {
          PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
          ...stage.env,
          ...settings,
          ...variables,
        } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
        stdio,
      },
    )

  return {
    start(name, command, variables = {}) {
      const file = join(folders.logs, `${name}.log`)
      const log = openSync(file, 'w')
      const child = spawnIn(command, variables, ['ignore', log, log])
      closeSync(log)
      const ended = new Promise<number | NodeJS.Signals>((resolve) => {
        child.once('error', () => resolve(1))
        child.once('exit', (code, signal) => resolve(code ?? signal ?? 1))
      })
      let hasEnded = false
      void ended.then(() => (hasEnded = true))
      const signal = (stage.stopSignal ?? 'SIGTERM') as NodeJS.Signals
      return {
        name,
        log: () => readFileSync(file, 'utf8'),
        hasEnded: () => hasEnded,
        async stop() {
          child.kill(signal)
          const late = AbortSignal.timeout(35_000)
          late.addEventListener('abort', () => child.kill('SIGKILL'))
          return ended
        },
      }
    },

    run(command, variables = {}, input = '') {
      return new Promise((resolve, reject) => {
        const child = spawnIn(command, variables, ['pipe', 'pipe', 'pipe'])
        let output = ''
        let errors = ''
        child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
        child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
        child.once('error', reject)
        child.once('close', (code) =>
          code === 0
            ? resolve(output)
            : reject(new Error(`${command.join(' ')} ended with ${code}:\n${output}${errors}`)),
        )
        child.stdin?.on('error', () => undefined)
        child.stdin?.end(input)
      })
    },
  }
}

/** Asks until `question` has an answer; throws after `withinMs`, or when a process has ended by itself. */
export async function until<T>(
  what: string,
  running: readonly Running[],
  question: () => Promise<T | undefined>,
  withinMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const answer = await question()
    if (answer !== undefined) return answer
    const gone = running.find((one) => one.hasEnded())
    if (gone) throw new Error(`${gone.name} has ended:\n${gone.log()}`)
    if (Date.now() > deadline)
      throw new Error(`${what}: not in ${withinMs / 1000} s\n${running.map((one) => one.log()).join('\n')}`)
    await sleep(200)
  }
}
