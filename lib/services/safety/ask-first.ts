/** After a restore from backup: noticing it, and asking Cardzo before anything is sent. docs/restore.md is the operator's side. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AskFirst, Deps } from '#lib/services/ports.ts'

/** Every open order is asked about; five a second is what Cardzo gets from an ordinary day's polling. */
const asksPerSecond = 5

/** Safe to call however often; it begins once. Never ends by itself. */
export async function startAskFirst(
  deps: Pick<Deps, 'askFirst' | 'log'>,
  why: string,
  by: Actor,
): Promise<{ askFirst: AskFirst; started: boolean }> {
  const begun = await deps.askFirst.start(why, by, asksPerSecond)
  if (begun.started) deps.log.warn({ why }, 'asking Cardzo first: this database may have been restored')
  return begun
}

/** An unmatched callback that names an order in our own form: its payout was here once, or its database is not this one. */
export function startOnLostOrder(
  deps: Pick<Deps, 'askFirst' | 'log'>,
  clientOrderId: string,
): Promise<unknown> {
  const why = `Cardzo called back about ${clientOrderId}, an order that the portal made and this database does not know.`
  return startAskFirst(deps, why, { kind: 'cardzo' })
}

/** How long payout-pay still waits after the start: what was on its way when the database was lost has landed by then. */
export function quietMsLeft(askFirst: AskFirst | null, now: Date, timeoutMs: number): number {
  if (!askFirst) return 0
  return Math.max(0, askFirst.startedAt.getTime() + 2 * timeoutMs - now.getTime())
}
