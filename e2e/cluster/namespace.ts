// A program with all of its children in a pid namespace of its own: one kill ends all of it, and it can be frozen as a whole. When the
// lab ends, however it ends, the kernel kills it.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export type Machine = {
  readonly name: string
  isRunning: () => boolean
  /** As when the power fails: no process of it is left when this resolves. */
  kill: () => Promise<void>
  /** Stops every process where it is, until `thaw`. */
  freeze: () => Promise<void>
  thaw: () => void
  /** Lets the program end by itself; kills what is left after ten seconds. */
  stop: () => Promise<void>
}

/** Whom the programs run as: PostgreSQL refuses to run as root. */
export type RunAs = { uid: number; gid: number } | undefined

const stopsWithinMs = 10_000
const startsWithinMs = 10_000

/** Starts `program`. Both of its outputs are added to `logFile`. Resolves when it runs, and throws when it ends before that. */
export async function startMachine(options: {
  name: string
  program: string
  args: readonly string[]
  env?: Record<string, string>
  runAs: RunAs
  logFile: string
}): Promise<Machine> {
  const { name, program, args, env, runAs, logFile } = options
  const log = openSync(logFile, 'a', 0o600)
  const command = [
    // Dies with the lab…
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...['unshare', ...(runAs ? [] : ['--user', '--map-current-user'])],
    // …and takes the first process of the namespace along, whose death is the end of all others.
    ...['--pid', '--fork', '--kill-child=KILL', '--mount-proc'],
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...(runAs ? ['--reuid', String(runAs.uid), '--regid', String(runAs.gid), '--clear-groups'] : []),
    ...[program, ...args],
  ]
  const child = spawn('/usr/bin/env', command, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin:/usr/sbin', LANG: 'C.UTF-8', ...env } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', log, log],
    // Ctrl-C in the terminal reaches a whole group; we stop our machines in order instead.
    detached: true,
  })
  closeSync(log)
  let running = true
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      running = false
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  const first = await firstProcess(child.pid, () => running)
  if (first === undefined)
    throw new Error(`${name} did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`)
  const namespace = readlinkSync(`/proc/${first}/ns/pid`)

  const send = (pid: number, signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal)
    } catch {
      // It has just ended.
    }
  }
  const kill = async () => {
    if (running) send(first, 'SIGKILL')
    await ended
  }
  const thaw = () => {
    for (const pid of processesIn(namespace)) send(pid, 'SIGCONT')
  }
  return {
    name,
    isRunning: () => running,
    kill,
    thaw,
    async freeze() {
      // Until none is new: a process that runs can still fork.
      const stopped = new Set<number>()
      for (;;) {
        const fresh = processesIn(namespace).filter((pid) => !stopped.has(pid))
        if (fresh.length === 0) return
        for (const pid of fresh) {
          send(pid, 'SIGSTOP')
          stopped.add(pid)
        }
        await sleep(1)
      }
    },
    async stop() {
      if (!running) return
      thaw()
      send(first, 'SIGTERM')
      const tooLong = new AbortController()
      await Promise.race([
        ended,
        sleep(stopsWithinMs, undefined, { signal: tooLong.signal }).catch(() => undefined),
      ])
      tooLong.abort()
      await kill()
    },
  }
}

/** The child that `unshare` forks: number one in its own namespace. */
async function firstProcess(pid: number | undefined, isRunning: () => boolean): Promise<number | undefined> {
  const deadline = Date.now() + startsWithinMs
  while (pid !== undefined && isRunning() && Date.now() < deadline) {
    const children = readIfThere(`/proc/${pid}/task/${pid}/children`).trim()
    if (children !== '') return Number(children.split(' ')[0])
    await sleep(5)
  }
  return undefined
}

function processesIn(namespace: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && linkIfThere(`/proc/${name}/ns/pid`) === namespace)
    .map(Number)
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function linkIfThere(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
