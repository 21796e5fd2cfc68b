/**
 * The daily comparison: Cardzo is asked once more about everything that ended in the last days, one payout at a time. Its progress is
 * kept in rows, so that any worker can continue it. What differs becomes an open item; that nothing differs is kept too.
 */
import type { ComparisonTurn, Deps } from '#lib/services/ports.ts'
import { askAfterEnd } from './ask-after-end.ts'
import { backOffMs } from './poll-schedule.ts'
import { leaseMsFor } from './step.ts'

/** UTC. Quiet in most places, and the day before is over almost everywhere. */
const compareFromHour = 2
/** After three unreadable answers it counts as unanswered, and tomorrow's comparison tries again. */
const triesPerPayout = 3

/** Starts the day's comparison when its time has come. True: this call started it. */
export async function startDailyComparison(deps: Deps): Promise<boolean> {
  const started = await deps.comparisons.startDaily(compareFromHour)
  if (started) deps.log.info({ days: started.days }, 'comparing with Cardzo')
  return started !== null
}

/** Asks Cardzo one question. `rest`: nothing to ask now, or Cardzo needs a pause. */
export async function compareNext(deps: Deps, workerId: string): Promise<'asked' | 'rest'> {
  // A silent Cardzo gets one question at a time, from payouts that are not over; these can wait.
  const conditions = await deps.gatewayCondition.readEach()
  if (conditions.every(({ silentSince }) => silentSince !== null)) return 'rest'
  const leaseMs = leaseMsFor(deps.config.timeoutMs, deps.config.leaseMarginMs)
  const taken = await deps.comparisons.takeTurn(workerId, leaseMs)
  if (taken === null) return 'rest'
  if (taken.kind === 'finished') {
    const { days, asked, unanswered, differences } = taken.comparison
    deps.log.info({ days, asked, unanswered, differences }, 'compared with Cardzo')
    return 'rest'
  }
  const silent = conditions.flatMap((one) => (one.silentSince ? [one.endpointId] : []))
  return askAbout(deps, taken.turn, silent)
}

async function askAbout(
  deps: Deps,
  turn: ComparisonTurn,
  silent: readonly number[],
): Promise<'asked' | 'rest'> {
  const payout = await deps.payouts.find(turn.payoutId)
  if (!payout) throw new Error(`Bug: payout ${turn.payoutId} vanished`)
  // One endpoint that can't be asked now keeps nobody from comparing the others.
  const isSilent = silent.includes(payout.endpointId)
  if (isSilent || (await deps.gateway.lacks(payout.endpointId)) !== null) {
    await deps.comparisons.count(turn, 'none')
    return 'asked'
  }
  const { told } = await askAfterEnd(deps, { payout, now: turn.now }, { kind: 'worker', id: turn.workerId })
  if (told === 'equal' || told === 'differs') {
    await deps.comparisons.count(turn, told)
    return 'asked'
  }
  if (told === 'silence' && turn.failures + 1 >= triesPerPayout) {
    await deps.comparisons.count(turn, 'none')
    return 'asked'
  }
  // A Cardzo that is away or locks us out says nothing about this payout: it is asked again later.
  await deps.comparisons.postpone(turn, backOffMs(turn.failures + 1, deps.config.pollIntervalMs))
  return 'rest'
}
