// What the lab sees while it runs: what must not be seen at any time, and when nothing is left to happen.
import { isInDoubt } from './attention-invariants.ts'
import type { ItemRow, PayoutRow, Rows } from './rows.ts'
import type { Order, SimulatorControl } from './simulator.ts'

/**
 * Nothing but unknown outcomes is open, and nothing that has ended is due to be looked at again, but for what a callback called paid:
 * that is looked at until a person has closed its item.
 */
export function isQuiet(payouts: readonly PayoutRow[], items: readonly ItemRow[]): boolean {
  const waitsForPeople = new Set(
    items.filter(({ kind, open }) => open && kind === 'paid_after_end').map(({ payoutId }) => payoutId),
  )
  return payouts.every((payout) =>
    payout.isFinal
      ? !payout.isDue || waitsForPeople.has(payout.id)
      : payout.status === 'outcome_unknown' || isInDoubt({ payouts, items }, payout),
  )
}

/** Looks again and again, and notes what must not be seen at any time. */
export function createWatch(rows: Rows, simulator: SimulatorControl) {
  const ended = new Map<string, string>()
  const sightings: string[] = []
  const deadlines = new Map<string, Set<number>>()
  let silentLooks = 0
  return {
    sightings,
    deadlines,
    /** How often Cardzo was believed to be silent as a whole, of all looks. */
    silentLooks: () => silentLooks,
    async look(): Promise<{ payouts: PayoutRow[]; items: ItemRow[] }> {
      const [payouts, items, silent] = await Promise.all([rows.payouts(), rows.items(), rows.isSilent()])
      if (silent) silentLooks++
      for (const payout of payouts) {
        if (payout.expiresAt !== null)
          deadlines.set(payout.id, (deadlines.get(payout.id) ?? new Set()).add(payout.expiresAt.getTime()))
        const before = ended.get(payout.id)
        if (before !== undefined && before !== payout.status)
          sightings.push(`left a final status: ${payout.id} was ${before} and is ${payout.status}`)
        if (payout.isFinal) ended.set(payout.id, payout.status)
        else if (!payout.isDue) sightings.push(`forgotten: ${payout.id} is ${payout.status} and not due`)
      }
      return { payouts, items }
    },
    /** Whether the simulated bank has nothing more in mind, and whether all that it had to say was taken. */
    async bank(): Promise<{ isDone: boolean; isHeard: boolean }> {
      const { orders } = await simulator.ledger()
      return {
        isDone: orders.every(({ planned, form }) => planned === 0 || form === 'open'),
        isHeard: orders.every((order) => unheardBy(order).length === 0),
      }
    },
  }
}

/** Honest callbacks whose latest delivery was not acknowledged; they come again. */
function unheardBy({ deliveries }: Order): string[] {
  const latest = new Map<string, boolean>()
  for (const { kind, status, acknowledged } of deliveries)
    if (kind !== 'forged' && kind !== 'boundary_shifted') latest.set(`${kind} ${status}`, acknowledged)
  return [...latest].filter(([, acknowledged]) => !acknowledged).map(([name]) => name)
}

/** A moment without anything to do is not the end: a callback may be on its way. */
const quietForMs = 1000
/** Does not wait for callbacks that are always refused. */
const unheardForMs = 6000

export function createQuiet() {
  let since = Infinity
  let heard = false
  return {
    note(isQuiet: boolean, isHeard: boolean) {
      heard = isHeard
      since = isQuiet ? Math.min(since, Date.now()) : Infinity
    },
    longEnough: () => Date.now() - since > (heard ? quietForMs : unheardForMs),
  }
}
