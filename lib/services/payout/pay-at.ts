/** The time that a payout may name, before which it is not sent: docs/decisions/0025-batches.md says where it is in the lifecycle. */
import type { InputProblem } from '#lib/payouts/refusals.ts'

/** An order at Cardzo stays checked and unpaid that long; nobody has promised that it keeps for longer. */
export const payAtMostDays = 30

/** What is wrong with a time that has the right shape. `nowMs`: Unix time. */
export function payAtProblems(payAt: string | undefined, nowMs: number): InputProblem[] {
  if (payAt === undefined) return []
  const aheadMs = Date.parse(payAt) - nowMs
  if (aheadMs <= 0) return [{ path: 'payAt', said: { code: 'momentPast' } }]
  if (aheadMs > payAtMostDays * 86_400_000)
    return [{ path: 'payAt', said: { code: 'momentFar', days: payAtMostDays } }]
  return []
}
