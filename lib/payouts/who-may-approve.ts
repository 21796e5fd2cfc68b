/** Who is left to approve a payout, and which payouts nobody is left for. Pure. */

/** An enabled account that may approve, and the person it belongs to. */
export type ApproverAccount = { id: string; personId: string }

export type OpenPayout = {
  /** How many different people must agree; 0: nobody. */
  needed: number
  /** The people whose approval counts now. */
  given: readonly ApproverAccount[]
  /** Every account of every person who may not decide on it. */
  behind: readonly string[]
  /** Its amount is above an approver's daily limit, so nobody can approve it. */
  beyondDayLimit?: boolean
}

/** The different people who could approve it and have not. */
export function whoMayApprove(approvers: readonly ApproverAccount[], payout: OpenPayout): string[] {
  if (payout.beyondDayLimit) return []
  const done = new Set(payout.given.map(({ personId }) => personId))
  // If one account of a person is behind the payout, all of them are.
  const own = new Set(
    approvers.filter(({ id }) => payout.behind.includes(id)).map(({ personId }) => personId),
  )
  const left = approvers.filter(
    ({ id, personId }) => !payout.behind.includes(id) && !own.has(personId) && !done.has(personId),
  )
  return [...new Set(left.map(({ personId }) => personId))]
}

/** How many people it is short of: those it needs beyond everybody who could approve. 0: it can be approved. */
export function shortOf(approvers: readonly ApproverAccount[], payout: OpenPayout): number {
  const given = new Set(payout.given.map(({ personId }) => personId)).size
  const still = Math.max(0, payout.needed - given)
  return Math.max(0, still - whoMayApprove(approvers, payout).length)
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
