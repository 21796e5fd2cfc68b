import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps } from '#lib/services/ports.ts'

/** What would happen if this person could not approve any more: payouts with nobody left for them, and how many approvals would go. */
export type Leaving = {
  blocked: readonly { id: string; amountMinor: bigint; currency: string; receiverName: string }[]
  approvals: number
}

/** Null when it is not known. */
export function leavingOf(_deps: Deps, _actor: Actor, _input: { userId: string }): Promise<Leaving | null> {
  return Promise.resolve(null)
}
