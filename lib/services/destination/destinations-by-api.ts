/** Receivers' saved destinations as other systems manage them. No full number ever leaves through here. */
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { readDestinationRequest } from '#lib/contract/receiver.ts'
import type { DestinationView } from '#lib/contract/receiver.ts'
import { maskDestination } from '#lib/payouts/fields.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor, Permission } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyId } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { pageByTime } from '#lib/services/api/cursor.ts'
import type { Deps, Destination, Receiver } from '#lib/services/ports.ts'
import { saveNew } from './add-destination.ts'

type Named = { externalId: string }

/** One receiver's, newest first, without disabled ones. */
export async function listDestinationsOf(
  deps: Deps,
  actor: Actor,
  { externalId, limit = 50, cursor }: Named & { limit?: number | undefined; cursor?: string | undefined },
): Promise<
  | { ok: true; data: DestinationView[]; nextCursor: string | null }
  | Refusal<'forbidden' | 'not_found' | 'invalid_request'>
> {
  if (!may(actor, 'receiver.read_by_api')) return refuse('forbidden')
  const receiver = await deps.receivers.find(tidyId(externalId))
  if (!receiver) return refuse('not_found')
  const list = { name: 'destinations', filter: { receiver: receiver.id } }
  const page = await pageByTime(deps.config, list, { limit, cursor }, (asked) =>
    deps.destinations.pageOfReceiver(receiver.id, asked),
  )
  if (!page.ok) return page
  return {
    ok: true,
    data: page.rows.map((row) => destinationView(row, receiver)),
    nextCursor: page.nextCursor,
  }
}

/** One of them, also a disabled one. */
export async function readDestinationOf(
  deps: Deps,
  actor: Actor,
  input: Named & { id: string },
): Promise<{ ok: true; destination: DestinationView } | Refusal<'forbidden' | 'not_found'>> {
  const found = await destinationOf(deps, actor, input, 'receiver.read_by_api')
  return 'code' in found
    ? found
    : { ok: true, destination: destinationView(found.destination, found.receiver) }
}

/**
 * Saves one in advance. It cools off and the receiver gets a mail, as if they had added it themselves. The bank account is its name: the
 * same one again is the same destination, and one that was disabled is back.
 */
export async function addDestinationFor(
  deps: Deps,
  actor: Actor,
  input: Named & { body: unknown },
): Promise<
  | { ok: true; made: boolean; destination: DestinationView }
  | Refusal<'forbidden' | 'not_found' | 'invalid_request'>
> {
  if (!may(actor, 'receiver.write_by_api')) return refuse('forbidden')
  const receiver = await deps.receivers.find(tidyId(input.externalId))
  if (!receiver) return refuse('not_found')
  const read = readDestinationRequest(input.body)
  if (!read.success) return refuse('invalid_request', { errors: read.error.issues.flatMap(describeIssue) })
  const { destination: fields, label = '' } = read.data
  const saved = await saveNew(deps, actor, receiver, { fields, label })
  if (!saved.ok) return saved
  return { ok: true, made: saved.made, destination: destinationView(saved.destination, receiver) }
}

/** Takes it off every list: nobody can choose it any more. Payouts made with it go on. Twice is harmless. */
export async function disableDestinationOf(
  deps: Deps,
  actor: Actor,
  input: Named & { id: string },
): Promise<{ ok: true; destination: DestinationView } | Refusal<'forbidden' | 'not_found'>> {
  const found = await destinationOf(deps, actor, input, 'receiver.write_by_api')
  if ('code' in found) return found
  await deps.destinations.remove(found.destination.id, actor)
  const now = await deps.destinations.find(found.destination.id)
  return { ok: true, destination: destinationView(now ?? found.destination, found.receiver) }
}

/** Malformed, unknown and somebody else's ids look alike. */
async function destinationOf(
  deps: Deps,
  actor: Actor,
  { externalId, id }: Named & { id: string },
  permission: Permission,
): Promise<{ receiver: Receiver; destination: Destination } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, permission)) return refuse('forbidden')
  const receiver = isUuid(id) ? await deps.receivers.find(tidyId(externalId)) : null
  const destination = receiver && (await deps.destinations.find(id))
  return receiver && destination?.receiverId === receiver.id ? { receiver, destination } : refuse('not_found')
}

function destinationView(destination: Destination, { id, externalId }: Receiver): DestinationView {
  return {
    id: destination.id,
    receiver: { id, externalId },
    label: destination.label,
    destination: maskDestination(destination.fields),
    isDefault: destination.isDefault,
    createdAt: destination.createdAt.toISOString(),
    usableFrom: destination.usableFrom.toISOString(),
    frozenAt: destination.frozenAt?.toISOString() ?? null,
    disabledAt: destination.removedAt?.toISOString() ?? null,
  }
}
