/** After a restore from a backup, Cardzo is asked before anything is sent. What the operator does: docs/restore.md. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AskFirst, Deps } from '#lib/services/ports.ts'

/** Cardzo is asked about every open order; five a second is ordinary polling. */
const asksPerSecond = 5

/** Starts it once, however often it is called. Only a person ends it. */
export async function startAskFirst(
  deps: Pick<Deps, 'askFirst' | 'log'>,
  why: string,
  by: Actor,
): Promise<{ askFirst: AskFirst; started: boolean }> {
  const begun = await deps.askFirst.start(why, by, asksPerSecond)
  if (begun.started) deps.log.warn({ why }, 'asking Cardzo first: this database may have been restored')
  return begun
}

/** A callback names an order with an id of ours that this database doesn't know: the payout was lost, or this is another database. */
export function startOnLostOrder(
  deps: Pick<Deps, 'askFirst' | 'log'>,
  clientOrderId: string,
): Promise<unknown> {
  const why = `Cardzo called back about ${clientOrderId}, an order that the portal made and this database does not know.`
  return startAskFirst(deps, why, { kind: 'cardzo' })
}

/** How long payout-pay still waits after the start. By then, requests that were on their way when the database was lost have arrived. */
export function quietMsLeft(startedAt: Date | null, now: Date, timeoutMs: number): number {
  if (startedAt === null) return 0
  return Math.max(0, startedAt.getTime() + quietMs(timeoutMs) - now.getTime())
}

export const quietMs = (timeoutMs: number) => 2 * timeoutMs
