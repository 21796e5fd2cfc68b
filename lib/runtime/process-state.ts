/**
 * What a process says about itself before its parts are composed. A web server bundles our modules several times over; the process
 * still has one environment, one pool and one of everything.
 */
import type { Env } from './env.ts'

export type ProcessState<Runtime = unknown> = {
  env?: Env
  databaseUrl?: string
  logTo?: 'stderr'
  runtime?: Promise<Runtime>
  /** What our own listener writes into a header of requests that come from this machine itself; nobody else can know it. */
  directMark?: string
}

const shared = globalThis as typeof globalThis & { payoutPortal?: ProcessState }

export const processState: ProcessState = (shared.payoutPortal ??= {})

/** The header that carries the mark. */
export const directHeader = 'x-client-direct'

/** Of a process that has judged its environment at its start. Any other is a web server that the framework started by itself. */
export function provideEnv(env: Env): void {
  processState.env = env
}

/** For processes that joined the embedded server: its address, before the first `getDeps()`. */
export function provideDatabase(url: string): void {
  processState.databaseUrl = url
}

/** For commands whose standard output is their answer, before the first `getDeps()`. */
export function logToStandardError(): void {
  processState.logTo = 'stderr'
}
