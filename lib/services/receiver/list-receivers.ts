import type { ReceiverView } from '#lib/contract/receiver.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyId } from '#lib/payouts/text.ts'
import { pageByTime } from '#lib/services/api/cursor.ts'
import type { Deps, KnownReceiver } from '#lib/services/ports.ts'

/** Everybody who was ever named, newest first, for other systems. `limit` 1-100, default 50. */
export async function listReceivers(
  deps: Deps,
  actor: Actor,
  { limit = 50, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): Promise<
  { ok: true; data: ReceiverView[]; nextCursor: string | null } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'receiver.read_by_api')) return refuse('forbidden')
  const page = await pageByTime(deps.config, { name: 'receivers' }, { limit, cursor }, deps.receivers.list)
  if (!page.ok) return page
  return { ok: true, data: page.rows.map(receiverView), nextCursor: page.nextCursor }
}

/** One of them, by external id. */
export async function readReceiver(
  deps: Deps,
  actor: Actor,
  input: { externalId: string },
): Promise<{ ok: true; receiver: ReceiverView } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'receiver.read_by_api')) return refuse('forbidden')
  const receiver = await deps.receivers.find(tidyId(input.externalId))
  return receiver ? { ok: true, receiver: receiverView(receiver) } : refuse('not_found')
}

export const receiverView = ({ createdAt, ...receiver }: KnownReceiver): ReceiverView => ({
  id: receiver.id,
  externalId: receiver.externalId,
  email: receiver.email,
  firstName: receiver.firstName,
  lastName: receiver.lastName,
  locale: receiver.locale,
  createdAt: createdAt.toISOString(),
})
