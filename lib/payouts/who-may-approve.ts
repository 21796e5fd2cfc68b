/** Who is left to approve a payout, and which payouts nobody is left for. Pure. */

/** An enabled account that may approve, and the human being behind it. */
export type ApproverAccount = { id: string; personId: string }

export type OpenPayout = {
  /** How many different people must agree; 0: nobody. */
  needed: number
  /** The persons whose approval counts now. */
  given: readonly ApproverAccount[]
  /** Every account of every person who must not decide on it. */
  behind: readonly string[]
  /** It alone is more than one approver may approve on one day: nobody can. */
  beyondDayLimit?: boolean
}

/** The different people who have not approved it and could. */
export function whoMayApprove(approvers: readonly ApproverAccount[], payout: OpenPayout): string[] {
  if (payout.beyondDayLimit) return []
  const done = new Set(payout.given.map(({ personId }) => personId))
  // A person with one account behind the payout is behind it with all of them.
  const own = new Set(
    approvers.filter(({ id }) => payout.behind.includes(id)).map(({ personId }) => personId),
  )
  const left = approvers.filter(
    ({ id, personId }) => !payout.behind.includes(id) && !own.has(personId) && !done.has(personId),
  )
  return [...new Set(left.map(({ personId }) => personId))]
}

/** How many people short it is: what it still needs beyond all who could approve. 0: it can be approved. */
export function shortOf(approvers: readonly ApproverAccount[], payout: OpenPayout): number {
  const given = new Set(payout.given.map(({ personId }) => personId)).size
  const still = Math.max(0, payout.needed - given)
  return Math.max(0, still - whoMayApprove(approvers, payout).length)
}

/** How many people short it would be without this account; 0 also when the account's leaving makes it no worse. */
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
