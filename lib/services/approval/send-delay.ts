import type { Deps, Payout } from '#lib/services/ports.ts'

/** How long a payment in this currency waits after a person's approval, so that it can be undone. */
export async function sendDelayMs(deps: Pick<Deps, 'settings'>, currency: string): Promise<number> {
  const { sendDelayS } = await deps.settings.read()
  return (sendDelayS[currency] ?? sendDelayS['*'] ?? 0) * 1000
}

/** Milliseconds until it may be sent: the time that was asked for, the send delay and the cooling-off time of its destination. 0: now. */
export const waitBeforeSendingMs = (
  { payAt, sendAfter, coolingOffUntil }: Pick<Payout, 'payAt' | 'sendAfter' | 'coolingOffUntil'>,
  now: Date,
): number =>
  Math.max(
    0,
    ...[payAt, sendAfter, coolingOffUntil].map((until) =>
      until === null ? 0 : until.getTime() - now.getTime(),
    ),
  )
