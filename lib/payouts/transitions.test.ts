import { describe, expect, it } from 'vitest'
import {
  finalStatuses,
  isBeforeClaim,
  isFinal,
  movers,
  next,
  payoutMoves,
  payoutStatuses,
} from './transitions.ts'
import type { PayoutStatus } from './transitions.ts'

const legal = payoutStatuses.flatMap((from) =>
  payoutMoves.flatMap((move) => {
    const to = next(from, move)
    return to ? [`${from} --${move}--> ${to}`] : []
  }),
)

/** Everything that can be reached from a status, including itself. */
function reach(from: PayoutStatus, avoiding: readonly PayoutStatus[] = []): Set<PayoutStatus> {
  const seen = new Set<PayoutStatus>([from])
  for (const status of seen)
    for (const move of payoutMoves) {
      const to = next(status, move)
      if (to && !avoiding.includes(to)) seen.add(to)
    }
  return seen
}

describe('the lifecycle of a payout', () => {
  it('allows exactly these moves', () => {
    expect(legal).toMatchSnapshot()
  })

  it('reaches every status from requested', () => {
    expect([...reach('requested')].sort()).toEqual([...payoutStatuses].sort())
  })

  it('never leaves a final status', () => {
    expect(finalStatuses).toEqual([
      'paid',
      'declined',
      'filtered',
      'failed',
      'rejected',
      'cancelled',
      'expired',
    ])
    for (const status of finalStatuses)
      for (const move of payoutMoves) expect(next(status, move)).toBeUndefined()
  })

  it('can end from every status that is not final', () => {
    for (const status of payoutStatuses) expect([...reach(status)].some(isFinal)).toBe(true)
  })

  it('is paid by us only through a claim of an approved payout', () => {
    const claims = legal.filter((line) => line.includes('--claim-->'))
    expect(claims).toEqual(['approved --claim--> paying'])
  })

  it('cannot be taken back by people once payout-pay is claimed', () => {
    for (const status of reach('paying', ['approved']))
      for (const move of ['reject', 'cancel', 'expire'] as const) expect(next(status, move)).toBeUndefined()
  })

  it('goes back before the claim only when provably nothing was sent', () => {
    const back = payoutStatuses.filter((status) => !isBeforeClaim(status) && !isFinal(status))
    const moves = back.flatMap((from) =>
      payoutMoves.filter((move) => {
        const to = next(from, move)
        return to !== undefined && isBeforeClaim(to)
      }),
    )
    expect(moves).toEqual(['release_unsent'])
  })

  it('lets approvers approve and reject, requesters cancel, and two approvers settle', () => {
    const people = payoutMoves.filter((move) => movers[move] !== 'worker')
    expect(people.map((move) => `${movers[move]}: ${move}`)).toEqual([
      'approver: endorse',
      'approver: approve',
      'approver: undo',
      'approver: reject',
      'requester: cancel',
      'two_approvers: settle_paid',
      'two_approvers: settle_failed',
    ])
  })
})
