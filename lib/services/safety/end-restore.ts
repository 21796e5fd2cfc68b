import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { AskFirst, Deps } from '#lib/services/ports.ts'

/** A named person has followed docs/restore.md and answers for it. From now on payout-check is sent without asking first. */
export async function endRestore(
  deps: Deps,
  actor: Actor,
  input: { by: string },
): Promise<{ ok: true; askFirst: AskFirst } | Refusal<'forbidden' | 'reason_required' | 'not_asking_first'>> {
  if (!may(actor, 'restore.declare')) return refuse('forbidden')
  const by = input.by.trim().slice(0, 100)
  if (by === '') return refuse('reason_required')
  const ended = await deps.askFirst.end(actor, by)
  return ended ? { ok: true, askFirst: ended } : refuse('not_asking_first')
}
