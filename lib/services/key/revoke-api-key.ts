import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'

/** Revokes the key; revoking it twice does no harm. On a page this needs a code. */
export async function revokeApiKey(
  deps: Deps,
  actor: Actor,
  input: { id: string; code?: string },
): Promise<{ ok: true; id: string } | Refusal<'forbidden' | 'not_found' | StepUpRefusal>> {
  if (!may(actor, 'key.manage')) return refuse('forbidden')
  if (!isUuid(input.id)) return refuse('not_found')
  const id = input.id.toLowerCase()
  const keys = await deps.keys.list()
  if (!keys.some((key) => key.id === id)) return refuse('not_found')
  const unproven = await refuseStepUp(deps, actor, { kind: 'key', subject: `revoke ${id}` }, input.code ?? '')
  if (unproven) return unproven
  await deps.keys.revoke(id, actor)
  return { ok: true, id }
}
