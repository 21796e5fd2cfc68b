import { receiverName as nameOf } from '#lib/payouts/receiver-name.ts'
import type { Payout } from '#lib/services/ports.ts'

/** How staff reads the receiver of a payout. */
export const receiverName = ({ receiver }: Pick<Payout, 'receiver'>): string => nameOf(receiver)
