/** Gathers the facts for lib/payouts/who-may-approve.ts: who is left to approve a payout. */
import { approverRoles, currencyPolicy, judge, limitMinor, rolesAsked } from '#lib/payouts/policy.ts'
import type { ApproverRole, Policy } from '#lib/payouts/policy.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { ApproverAccount, OpenPayout } from '#lib/payouts/who-may-approve.ts'
import { asJudged } from '#lib/services/policy/judge-policy.ts'
import type { Deps, Payout, User } from '#lib/services/ports.ts'

type Facts = Pick<Deps, 'access' | 'payouts' | 'approvals' | 'policy'>

/** How many are read in one go, so that memory stays small however many wait. */
const pageSize = 500

/** Every enabled account that may approve. Accounts that one person has lately made or reset count as one person. */
export async function approverAccounts(deps: Pick<Deps, 'access' | 'people'>): Promise<ApproverAccount[]> {
  const [users, hand] = await Promise.all([deps.people.listUsers(), handOf(deps)])
  return users
    .filter(({ role, disabledAt }) => role === 'approver' && disabledAt === null)
    .map(({ id, personId }) => ({ id, personId: hand(personId), roles: rolesOf(users, personId) }))
}

/** What else this person is, by enabled accounts: what a rule can ask of an approver. */
export const rolesOf = (users: readonly User[], personId: string): ApproverRole[] =>
  approverRoles.filter((role) =>
    users.some((user) => user.personId === personId && user.role === role && user.disabledAt === null),
  )

/** One name for all people who are connected because one made, invited or reset another. */
async function handOf(deps: Pick<Deps, 'access'>): Promise<(personId: string) => string> {
  const nameOf = new Map<string, string>()
  const find = (personId: string): string => {
    const next = nameOf.get(personId)
    return next === undefined ? personId : find(next)
  }
  for (const { personId, byPersonId } of await deps.access.hands()) {
    const [one, other] = [find(personId), find(byPersonId)]
    if (one !== other) nameOf.set(one, other)
  }
  return find
}

/** All payouts in these statuses, the oldest first, with what each still needs. */
export async function* openPayouts(
  deps: Facts,
  statuses: PayoutStatus[],
): AsyncGenerator<{ payout: Payout; open: OpenPayout }> {
  const policies = new Map<number, Policy>()
  const hand = await handOf(deps)
  let cursor: string | null | undefined
  do {
    const page = await deps.payouts.list(
      { statuses },
      { limit: pageSize, sort: 'oldest', ...(cursor && { cursor }) },
    )
    const ids = page.rows.map(({ id }) => id)
    const [behind, approvals] = await Promise.all([
      deps.payouts.accountsBehind(ids),
      deps.approvals.forPayouts(ids),
    ])
    for (const payout of page.rows) {
      const given = approvals
        .filter(({ payoutId, counts }) => counts && payoutId === payout.id)
        .map(({ approverId, personId, roles }) => ({ id: approverId, personId: hand(personId), roles }))
      const policy = policies.get(payout.policyVersion) ?? (await deps.policy.find(payout.policyVersion))
      if (!policy) throw new Error(`Bug: payout ${payout.id} names a policy that does not exist`)
      policies.set(payout.policyVersion, policy)
      yield { payout, open: { ...wants(policy, payout), given, behind: behind.get(payout.id) ?? [] } }
    }
    cursor = page.nextCursor
  } while (cursor !== null)
}

/** Before it is judged: what its policy will ask for if no check says HIGH. */
function wants(policy: Policy, payout: Payout): Pick<OpenPayout, 'needed' | 'roles' | 'beyondDayLimit'> {
  const least = payout.status === 'awaiting_approval' ? 1 : 0
  const { approvers, demands } = judge(policy, asJudged(payout), { risk: 'none', amountDiffers: false })
  const needed = Math.max(least, payout.approvalsRequired ?? approvers)
  const dayLimit = limitMinor(currencyPolicy(policy, payout.currency).limits.approverDay, payout.currency)
  const roles = rolesAsked(payout.policyNote?.demands ?? demands)
  return { needed, roles, beyondDayLimit: dayLimit !== null && payout.amountMinor > dayLimit }
}
