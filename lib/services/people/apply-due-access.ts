import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps } from '#lib/services/ports.ts'
import { afterAccess } from './access-proposals.ts'

/** The most that one run carries out. */
const atATime = 20

/**
 * Carries out proposals that nobody else could confirm, once their time has come. Any number of workers may run it every few seconds.
 * Returns how many took effect.
 */
export async function applyDueAccess(deps: Deps): Promise<number> {
  const portal: Actor = { kind: 'worker', id: 'access' }
  let done = 0
  for (const { id, proposedByName } of await deps.access.elapsed(atATime)) {
    const decided = await deps.access.decide(id, 'elapsed', portal, `${proposedByName} proposed it.`)
    if (decided === 'stale' || decided === 'one_hand') continue
    if (decided === 'overtaken') {
      await deps.access.decide(id, 'declined', portal, 'It can no longer be done.')
      continue
    }
    await afterAccess(deps, portal, decided.change)
    done++
  }
  return done
}
