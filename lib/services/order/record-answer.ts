import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Deps, Leased } from '#lib/services/ports.ts'
import type { Outcome } from './step.ts'

const firstPauseMs = 50
const longestPauseMs = 2_000

/**
 * Writes what Cardzo answered, again and again while the database fails, until `untilMs` of the monotonic clock (the lease's end).
 * Never writes it twice: `write` keeps `answerId` in its event, and after a failure that id is looked for first. Throws the last error
 * when time is up; then the answer is lost.
 */
export async function recordAnswer(
  deps: Deps,
  leased: Leased,
  untilMs: number,
  write: (answerId: string) => Promise<Outcome>,
): Promise<Outcome> {
  const { id } = leased.payout
  const answerId = randomUUID()
  for (let failures = 0; ;) {
    try {
      // The write that failed may have been committed all the same.
      if (failures > 0 && (await isRecorded(deps, id, answerId)))
        return { dueInMs: deps.config.pollIntervalMs }
      return await write(answerId)
    } catch (error) {
      failures++
      const leftMs = untilMs - deps.clock.monotonicMs()
      if (leftMs <= 0) throw error
      deps.log.warn({ err: error, payoutId: id, failures }, 'an answer of Cardzo could not be written yet')
      await pause(Math.min(leftMs, longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10)))
    }
  }
}

async function isRecorded(deps: Deps, payoutId: string, answerId: string): Promise<boolean> {
  const timeline = await deps.payouts.timeline(payoutId)
  return timeline.some(({ data }) => data['answerId'] === answerId)
}
