/** Looks beside everything else whether the money adds up; slow work of another kind must not keep it waiting. */
import { createMoneyWatch } from '#lib/services/check-money.ts'
import type { Deps } from '#lib/services/ports.ts'
import { sleep } from './daily.ts'

/** How soon after its time it is computed. */
const lookEveryMs = 5_000

/** Runs until the signal. Several workers may: one at a time computes it, about once a minute. */
export function startMoneyWatch(deps: Deps, signal: AbortSignal): { done: Promise<void> } {
  return { done: run(deps, signal) }
}

async function run(deps: Deps, signal: AbortSignal): Promise<void> {
  const look = createMoneyWatch(deps)
  while (!signal.aborted) {
    try {
      await look()
    } catch (error) {
      deps.log.warn({ err: error }, 'the money equation could not be computed')
    }
    await sleep(lookEveryMs, signal)
  }
}
