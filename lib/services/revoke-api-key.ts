import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from './ports.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The key means nothing from now on; also when it was revoked before. */
export async function revokeApiKey(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; id: string } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'key.manage')) return refuse('forbidden')
  if (!uuid.test(input.id)) return refuse('not_found')
  const id = input.id.toLowerCase()
  if (await deps.people.revokeApiKey(id, actor)) return { ok: true, id }
  const keys = await deps.people.listApiKeys()
  return keys.some((key) => key.id === id) ? { ok: true, id } : refuse('not_found')
}
