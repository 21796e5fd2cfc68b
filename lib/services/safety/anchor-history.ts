import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, HistoryAnchor } from '#lib/services/ports.ts'

/** Today's anchor, made now if there is none yet; null while there is no history. A new one is logged, as a copy outside the database. */
export async function anchorToday(deps: Deps): Promise<HistoryAnchor | null> {
  const made = await deps.history.anchor()
  if (made?.made) {
    const { day, lastEventId, events, hash, audit, after } = made.anchor
    const sealed = audit && { auditEventId: String(audit.lastEventId), auditHash: audit.hash }
    const archived = after && { archivedTo: String(after.lastEventId), archivedRoot: after.root }
    deps.log.info(
      { day, lastEventId: String(lastEventId), events: String(events), hash, ...sealed, ...archived },
      'history anchor',
    )
  }
  return made?.anchor ?? null
}

/** The same for a person. */
export async function anchorHistory(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; anchor: HistoryAnchor | null } | Refusal<'forbidden'>> {
  if (!may(actor, 'history.anchor')) return refuse('forbidden')
  return { ok: true, anchor: await anchorToday(deps) }
}
