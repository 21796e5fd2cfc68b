/** Traces begin before anything is composed, because the stores are made for them. */
import type { Env } from '#lib/runtime/env.ts'

/** Loads OpenTelemetry if this process is to send traces, and nothing otherwise. */
export async function startTracesOf(env: Pick<Env, 'traces'>, process: 'web' | 'worker'): Promise<void> {
  if (env.traces === null) return
  const { startTraces } = await import('./trace-sdk.ts')
  startTraces(env.traces, process)
}
