/** What it takes to approve a payout: how many people, which role among them, and sometimes a written reason. */
import { rolesAsked } from '#lib/payouts/policy.ts'
import type { ApproverRole } from '#lib/payouts/policy.ts'
import { nextApproval, rolesLacking } from '#lib/payouts/who-may-approve.ts'
import type { Approval, Payout } from '#lib/services/ports.ts'

/**
 * Does approving it take a written reason? Of what people ask for: if the same was asked for within a day. Systems repeat a request on
 * purpose, each time under a new key, and theirs are approved by the hundred: a reason typed each time would say nothing. The approver is
 * shown the other one.
 */
export const needsNote = (payout: Pick<Payout, 'risk' | 'source'>): boolean =>
  payout.source !== 'api' &&
  (payout.risk?.checks.some(({ id, level }) => id === 'same_request' && level !== 'none') ?? false)

/** How many different people must agree before it is sent. */
export const approversAsked = (payout: Pick<Payout, 'approvalsRequired'>) =>
  Math.max(1, payout.approvalsRequired ?? 1)

/** Does a rule ask for a role? If not, nobody's roles are read. */
export const asksForRole = (payout: Payout): boolean => asksFor(payout).roles.length > 0

export const asksFor = (payout: Payout) => ({
  needed: approversAsked(payout),
  roles: rolesAsked(payout.policyNote?.demands ?? []),
})

/** The role that the next approver must bring, if this person's approval would leave it lacking; null: they may approve. */
export function roleNeeded(
  payout: Payout,
  given: readonly Pick<Approval, 'roles'>[],
  roles: readonly ApproverRole[],
): ApproverRole | null {
  if (nextApproval(asksFor(payout), given, { roles }) !== 'role_needed') return null
  return rolesLacking(asksFor(payout).roles, given)[0] ?? null
}
