// The product as processes on this machine. Demo, browser tests, bench and fault lab start, await and stop them here.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { restartOnChange } from './restart-on-change.ts'
import { endedTooSoon, startProcess } from './start-process.ts'
import type { StartedProcess, Variables } from './start-process.ts'
import { untilAnswers } from './until-answers.ts'
import { watchLog } from './watch-log.ts'

const programs = {
  simulator: 'lib/simulator/main.ts',
  worker: 'lib/worker/main.ts',
  web: 'lib/web/main.ts',
} as const
export type Program = keyof typeof programs

export interface StackOptions {
  /** Every process writes to `<its name>.log` here. A log begins with the stack, and goes on when a process is started again. */
  logFolder: string
  /** How long a program may take until it answers. */
  readyWithinMs?: number
  /** Prints errors that appear in the logs. */
  showErrors?: boolean
}

export interface StartOptions {
  /** Runs the newest sources of this folder: started again whenever one changes. */
  freshFrom?: string
  /** Standard output is kept for `output()` and not logged. */
  keepOutput?: boolean
  /** The folder of another version of the product, whose program is started. */
  cwd?: string
}

export class Stack {
  readonly #options: StackOptions
  readonly #processes: StartedProcess[] = []
  readonly #names = new Set<string>()
  /** What is undone in the end, the latest first. */
  readonly #undo: (() => Promise<void>)[] = []
  #isStopping = false

  constructor(options: StackOptions) {
    this.#options = options
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Starts a program of the product; two workers need two names. */
  start(
    program: Program,
    env: Variables,
    {
      name = program,
      args = [],
      ...options
    }: StartOptions & { name?: string; args?: readonly string[] } = {},
  ): StartedProcess {
    return this.startNode(name, [programs[program], ...args], env, options)
  }

  /** Starts anything else that Node runs. */
  startNode(
    name: string,
    args: readonly string[],
    env: Variables,
    { freshFrom, keepOutput = false, cwd }: StartOptions = {},
  ): StartedProcess {
    if (this.#isStopping) throw new Error(`${name} was to start while everything stops.`)
    const logFile = join(this.#options.logFolder, `${name}.log`)
    if (!this.#names.has(name)) rmSync(logFile, { force: true })
    this.#names.add(name)
    const start = () =>
      startProcess({ name, args, env, logFile, keepOutput, ...(cwd !== undefined && { cwd }) })
    const started = freshFrom === undefined ? start() : restartOnChange(freshFrom, start)
    const unwatch = this.#options.showErrors ? watchLog(name, logFile) : () => undefined
    this.#processes.push(started)
    this.atStop(async () => {
      await started.stop()
      unwatch()
    })
    return started
  }

  /** Waits until `address` answers with a 2xx status; throws when it doesn't in time, or the process ends before. */
  untilAnswers(started: StartedProcess, address: string): Promise<void> {
    return untilAnswers(started, address, this.#options.readyWithinMs)
  }

  /** Waits for a process that does one thing and ends; throws when that goes wrong. */
  async finish(started: StartedProcess): Promise<void> {
    const how = await started.ended
    this.#processes.splice(this.#processes.indexOf(started), 1)
    if (how !== 0) throw endedTooSoon(started, how)
  }

  /** Waits until one of the processes ends, and says which and how. Never, when there are none. */
  untilOneEnds(): Promise<Error> {
    return Promise.race(this.#processes.map(async (started) => endedTooSoon(started, await started.ended)))
  }

  /** What has to be undone too, in its turn: a database that was joined before the processes is left after them. */
  atStop(undo: () => Promise<void>): void {
    this.#undo.push(undo)
  }

  /** Stops everything in the opposite order of its start. Nothing can be started any more. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) await undo()
  }
}
