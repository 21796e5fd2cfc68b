/** The database refuses to leave an open payout without due work. If one is without it all the same, people must know. */
import type { Deps, ItemDraft } from '#lib/services/ports.ts'

const lost: ItemDraft = {
  kind: 'payout_lost',
  severity: 'critical',
  what: 'Nobody was going to look at this payout again',
  why: 'It is not over and had no due work, which triggers forbid. Somebody wrote to the database without them. It is due again now. Find out who wrote there, and run history:verify.',
}

/** Returns what a worker calls at intervals: each call looks at the next few hundred open payouts, from the oldest on, and then begins again. */
export function findLostPayouts(deps: Pick<Deps, 'payouts' | 'items' | 'log'>): () => Promise<void> {
  let after = 0n
  return async () => {
    const { ids, upTo } = await deps.payouts.lost(after)
    for (const id of ids) await deps.items.open(lost, id)
    if (ids.length > 0) {
      deps.log.error({ payoutIds: ids }, 'open payouts had no due work')
      await deps.payouts.putBack(ids)
    }
    after = upTo ?? 0n
  }
}
