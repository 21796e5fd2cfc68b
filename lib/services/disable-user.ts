import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from './ports.ts'
import { normalEmail } from './sessions.ts'

/** Nobody can sign in as this person any more, and whoever has is out at the very next request. */
export async function disableUser(
  deps: Deps,
  actor: Actor,
  input: { email: string },
): Promise<{ ok: true; id: string } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'user.manage')) return refuse('forbidden')
  const user = await deps.people.findUserByEmail(normalEmail(input.email))
  if (!user) return refuse('not_found')
  await deps.people.disableUser(user.id, actor)
  return { ok: true, id: user.id }
}
