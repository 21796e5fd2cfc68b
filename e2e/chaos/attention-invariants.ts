// What must hold of what Cardzo says, and of what people are told about it: nothing is dropped, and nothing that is repeated piles up.
import type { Facts, Verdict } from './invariants.ts'
import { label } from './rows.ts'
import type { PayoutRow } from './rows.ts'

/** Twice what the longest life of a payout in the lab takes; what is repeated does not make it longer. */
const eventsAtMost = 40

export const hasOpenItem = ({ items }: Pick<Facts, 'items'>, { id }: PayoutRow, ...kinds: string[]) =>
  items.some(
    ({ payoutId, kind, open }) => open && payoutId === id && (kinds.length === 0 || kinds.includes(kind)),
  )

/** Asked for again and approved, it is held while its first payout may have been paid after all: until people have looked. */
export const isInDoubt = (facts: Pick<Facts, 'payouts' | 'items'>, payout: PayoutRow): boolean => {
  const earlier = facts.payouts.find(({ id }) => id === payout.replacesId)
  const doubts = earlier !== undefined && hasOpenItem(facts, earlier)
  return payout.status === 'approved' && doubts && hasOpenItem(facts, payout, 'stuck')
}

/** C1: a callback was compared with Cardzo's status, or somebody is going to, or people see it on the desk. */
export function callbacksSeen(facts: Facts): Verdict {
  const offenders = facts.callbacks.flatMap(({ payoutId, about, status, isCompared }) => {
    const what = `a callback "${status}" (${about}) of ${payoutId ?? 'no payout'}`
    const payout = facts.payouts.find(({ id }) => id === payoutId)
    if (!payout) {
      const told = facts.items.some(({ kind, open }) => open && kind === 'callback_unmatched')
      return told ? [] : [`${what} is on nobody's desk`]
    }
    if (about === 'other_order')
      return hasOpenItem(facts, payout, 'other_order_id') ? [] : [`${what} is on nobody's desk`]
    if (about === 'operation')
      return hasOpenItem(facts, payout, 'other_operation') ? [] : [`${what} is on nobody's desk`]
    return isCompared || payout.isDue ? [] : [`${what} was never compared`]
  })
  return {
    name: 'C1',
    promise: 'every callback was compared, or is due, or on the desk',
    checked: facts.callbacks.length,
    offenders,
  }
}

/** C2: Cardzo has signed that money moved, and here it did not. */
export function claimsOfMoneySeen(facts: Facts): Verdict {
  const claims = facts.callbacks.flatMap(({ payoutId, about, status }) => {
    const payout = facts.payouts.find(({ id }) => id === payoutId)
    const claimsMoney = about === 'status' && status === 'approved'
    return payout && claimsMoney && payout.isFinal && payout.status !== 'paid' ? [payout] : []
  })
  const offenders = claims.flatMap((payout) =>
    facts.items.some(
      ({ payoutId, severity, open }) => open && payoutId === payout.id && severity === 'critical',
    )
      ? []
      : [`${label(payout)}: a callback says approved, and nobody is told`],
  )
  return {
    name: 'C2',
    promise: 'a callback that calls an unpaid payout paid is a critical item',
    checked: claims.length,
    offenders,
  }
}

/** C3: a message costs one row however often it comes, and a history stays short whatever is answered again and again. */
export function repeatsCostNoRows(facts: Facts): Verdict {
  const longest = { events: 0 }
  const offenders = facts.payouts.flatMap((payout) => {
    const own = facts.events.filter(({ payoutId }) => payoutId === payout.id)
    const noted = own.filter(({ kind }) => kind === 'callback_received').length
    const kept = facts.callbacks.filter(({ payoutId }) => payoutId === payout.id).length
    longest.events = Math.max(longest.events, own.length)
    return [
      ...(own.length > eventsAtMost ? [`${label(payout)} has ${own.length} events`] : []),
      ...(noted === kept ? [] : [`${label(payout)}: ${kept} callbacks are ${noted} events`]),
    ]
  })
  return {
    name: 'C3',
    promise: 'what is repeated makes no history longer',
    checked: facts.payouts.length,
    offenders,
    detail: `${longest.events} events at most`,
  }
}

/** D1: an approval that is taken back gives a payout no new time. */
export function deadlinesKept(facts: Facts): Verdict {
  const offenders = [...facts.deadlines]
    .filter(([, times]) => times.size > 1)
    .map(([id, times]) => `payout ${id} had ${times.size} deadlines`)
  const undone = facts.events.filter(({ move }) => move === 'undo').length
  return {
    name: 'D1',
    promise: 'a deadline never moves',
    checked: facts.deadlines.size,
    offenders,
    detail: `${undone} approvals undone`,
  }
}
