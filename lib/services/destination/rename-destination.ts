import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import type { Deps } from '#lib/services/ports.ts'
import { labelProblem } from './new-destination.ts'
import { mayManageOwn, ownDestination } from './own-destination.ts'

/** The receiver gives a saved destination another label. */
export async function renameDestination(
  deps: Deps,
  actor: Actor,
  input: { id: string; label: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'invalid_request'>> {
  if (!mayManageOwn(actor)) return refuse('forbidden')
  const destination = await ownDestination(deps, actor, input.id)
  if (!destination) return refuse('not_found')
  const label = tidyLine(input.label)
  const problem = labelProblem(label, destination.fields)
  if (problem) return refuse('invalid_request', { errors: [problem] })
  return (await deps.destinations.relabel(destination.id, label, actor)) ? { ok: true } : refuse('not_found')
}
