import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { endpointBook } from './endpoint-book.ts'

/** An admin wants the connection to an endpoint tested. A worker does it within seconds. */
export async function askTest(
  deps: Deps,
  actor: Actor,
  input: { endpointId: number },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found'>> {
  if (actor.kind !== 'user' || !may(actor, 'settings.propose')) return refuse('forbidden')
  const { endpoints } = await endpointBook(deps)
  if (!endpoints.some(({ id }) => id === input.endpointId)) return refuse('not_found')
  await deps.endpoints.askTest(input.endpointId, actor)
  return { ok: true }
}
