import type { EventView } from '#lib/contract/event.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { eventView } from './event-view.ts'

/**
 * Events for other systems, oldest first, from where they have read up to. A key with an owner gets what came through keys of the same owner,
 * and no grants or open items. `nextCursor` is never null: what comes next follows it. `goneUntil`: events up to then were deleted because of
 * their age; null: none was.
 */
export async function listEvents(
  deps: Pick<Deps, 'webhooks'>,
  actor: Actor,
  { cursor = '0', limit = 50 }: { cursor?: string | undefined; limit?: number | undefined },
): Promise<
  | { ok: true; data: EventView[]; nextCursor: string; goneUntil: string | null }
  | Refusal<'forbidden' | 'invalid_request'>
> {
  if (actor.kind !== 'api_key' || !may(actor, 'event.list')) return refuse('forbidden')
  if (!/^\d{1,18}$/.test(cursor))
    return refuse('invalid_request', {
      errors: [{ path: 'cursor', message: 'Use the nextCursor of the page before.' }],
    })
  const [events, goneUntil] = await Promise.all([
    deps.webhooks.events(BigInt(cursor), actor.ownerId, limit),
    deps.webhooks.goneUntil(),
  ])
  return {
    ok: true,
    data: events.map(eventView),
    nextCursor: String(events.at(-1)?.id ?? BigInt(cursor)),
    goneUntil: goneUntil?.toISOString() ?? null,
  }
}
