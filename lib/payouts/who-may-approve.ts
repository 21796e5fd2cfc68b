/** Who is left to approve a payout, and which payouts nobody is left for. Pure. */

import type { ApproverRole } from './policy.ts'

/** An enabled account that may approve, the person it belongs to, and what else that person is, by other enabled accounts. */
export type ApproverAccount = { id: string; personId: string; roles?: readonly ApproverRole[] }

export type OpenPayout = {
  /** How many different people must agree; 0: nobody. */
  needed: number
  /** The people whose approval counts now. */
  given: readonly ApproverAccount[]
  /** The roles that one of those who agree must have besides. */
  roles?: readonly ApproverRole[]
  /** Every account of every person who may not decide on it. */
  behind: readonly string[]
  /** Its amount is above an approver's daily limit, so nobody can approve it. */
  beyondDayLimit?: boolean
}

/** The different people who could approve it and have not. */
export function whoMayApprove(approvers: readonly ApproverAccount[], payout: OpenPayout): string[] {
  if (payout.beyondDayLimit) return []
  return [...new Set(accountsLeft(approvers, payout).map(({ personId }) => personId))]
}

function accountsLeft(approvers: readonly ApproverAccount[], payout: OpenPayout): ApproverAccount[] {
  const done = new Set(payout.given.map(({ personId }) => personId))
  // If one account of a person is behind the payout, all of them are.
  const own = new Set(
    approvers.filter(({ id }) => payout.behind.includes(id)).map(({ personId }) => personId),
  )
  return approvers.filter(
    ({ id, personId }) => !payout.behind.includes(id) && !own.has(personId) && !done.has(personId),
  )
}

type Roles = { roles?: readonly ApproverRole[] }

/** Of these roles, those that nobody has who agreed. */
export const rolesLacking = (asked: readonly ApproverRole[], given: readonly Roles[]): ApproverRole[] =>
  asked.filter((role) => !given.some(({ roles = [] }) => roles.includes(role)))

/**
 * What one more approval does: it is the last one, one of several, or it must come from somebody with a role that is still lacking. Somebody
 * who has such a role may always approve, so that a payout never waits for people who are all refused.
 */
export function nextApproval(
  asked: { needed: number; roles: readonly ApproverRole[] },
  given: readonly Roles[],
  mine: Roles,
): 'last' | 'counts' | 'role_needed' {
  const lacking = rolesLacking(asked.roles, given)
  const after = rolesLacking(lacking, [mine])
  const isEnough = given.length + 1 >= asked.needed
  if (after.length === 0) return isEnough ? 'last' : 'counts'
  return isEnough && after.length === lacking.length ? 'role_needed' : 'counts'
}

/** Roles that are lacking and that nobody could bring who has not agreed. */
export function rolesNobodyHas(approvers: readonly ApproverAccount[], payout: OpenPayout): ApproverRole[] {
  const left = payout.beyondDayLimit ? [] : accountsLeft(approvers, payout)
  return rolesLacking(rolesLacking(payout.roles ?? [], payout.given), left)
}

/** How many people it is short of: those it needs beyond everybody who could approve, or with roles that none of them has. 0: it can be approved. */
export function shortOf(approvers: readonly ApproverAccount[], payout: OpenPayout): number {
  const given = new Set(payout.given.map(({ personId }) => personId)).size
  const still = Math.max(0, payout.needed - given)
  const short = still - whoMayApprove(approvers, payout).length
  return Math.max(0, short, rolesNobodyHas(approvers, payout).length)
}

/** How many people it would be short of without this account; also 0 if leaving makes it no worse. */
export function shortWithout(
  approvers: readonly ApproverAccount[],
  payout: OpenPayout,
  userId: string,
): number {
  const rest = approvers.filter(({ id }) => id !== userId)
  const given = payout.given.filter(({ id }) => id !== userId)
  const short = shortOf(rest, { ...payout, given })
  return short > shortOf(approvers, payout) ? short : 0
}
