/** Settlement: two people end an outcome that Cardzo can't tell. */

/** How two people may end an unknown outcome. */
export type SettlementOutcome = 'paid' | 'failed'

/** One person proposes how an unknown outcome ended, another confirms. At most one proposal waits per payout. */
export type Settlement = {
  id: string
  payoutId: string
  outcome: SettlementOutcome
  reason: string
  evidence: string
  /** The payout's version that the proposer saw. */
  version: number
  proposedById: string
  proposedByName: string
  proposedAt: Date
  decidedById: string | null
  decidedByName: string | null
  decidedAt: Date | null
  /** `overtaken`: Cardzo answered first. Null while it waits. */
  decision: 'confirmed' | 'withdrawn' | 'overtaken' | null
}

/** Written by `PayoutStore.advance` alone, in the transaction of what it does to the payout. */
export type SettlementStore = {
  /** All of them, oldest first. */
  forPayouts: (payoutIds: string[]) => Promise<Settlement[]>
}
