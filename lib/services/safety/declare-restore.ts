import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { AskFirst, Deps } from '#lib/services/ports.ts'
import { startAskFirst } from './ask-first.ts'

/** The operator reports a restore that nothing else would notice. A second report changes nothing. */
export async function declareRestore(
  deps: Deps,
  actor: Actor,
  input: { why: string },
): Promise<{ ok: true; askFirst: AskFirst; started: boolean } | Refusal<'forbidden' | 'reason_required'>> {
  if (!may(actor, 'restore.declare')) return refuse('forbidden')
  const why = input.why.trim().slice(0, 500)
  if (why === '') return refuse('reason_required')
  return { ok: true, ...(await startAskFirst(deps, why, actor)) }
}
