import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps } from '#lib/services/ports.ts'
import { afterAccess } from './access-proposals.ts'

/** As many as are carried out in one look. */
const atATime = 20

/**
 * Carries out what nobody else could confirm, once its time has come. Run by the worker every few seconds; any number may. Returns how
 * many took effect.
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
