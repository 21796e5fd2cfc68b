import { receiverName as nameOf } from '#lib/payouts/receiver-name.ts'
import type { Payout } from '#lib/services/ports.ts'

/** How staff reads the receiver of a payout. */
export const receiverName = ({ receiver }: Pick<Payout, 'receiver'>): string => nameOf(receiver)

/** A bank's word ages: past this, staff sees that it is old. A fresh status is asked before paying all the same. */
export function isOldValidation(validatedAt: Date, oldAfterMs: number): boolean {
  return Date.now() - validatedAt.getTime() > oldAfterMs
}
