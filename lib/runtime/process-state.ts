/**
 * What a process knows about itself before its parts are composed. Next bundles our modules several times into a web server, and the
 * process must still have one environment, one pool and one of everything.
 */
import type { Env } from './env.ts'
import type { ProcessMetrics } from './watch/metrics.ts'
import type { Traces } from './watch/traces.ts'

export type ProcessState<Runtime = unknown> = {
  env?: Env
  databaseUrl?: string
  runtime?: Promise<Runtime>
  /** What reads from a standby (lib/runtime/standby), and how it ends. */
  standby?: { reading: unknown; close: () => Promise<void> }
  /** The value that our own listener gives `directHeader` when this machine itself asks. Nobody else can know it. */
  directMark?: string
  /** Of a production web server: which build it runs. Builds of the same sources have the same. */
  version?: string
  /** What this process measures of itself, since something was first measured. */
  metrics?: ProcessMetrics
  /** Absent: no traces are recorded. */
  traces?: Traces
}

const shared = globalThis as typeof globalThis & { payoutPortal?: ProcessState }

export const processState: ProcessState = (shared.payoutPortal ??= {})

/** The header that carries the mark. */
export const directHeader = 'x-client-direct'

/** For processes that read their environment at their start. Any other is a web server that Next started by itself. */
export function provideEnv(env: Env): void {
  processState.env = env
}

/** For processes that joined the embedded server: its address, before the first `getDeps()`. */
export function provideDatabase(url: string): void {
  processState.databaseUrl = url
}
