import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { RefusalDetail } from '#lib/payouts/refusal-details.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal, RefusalCode } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { manyAtMost } from './approve-many.ts'
import { undoApproval } from './undo-approval.ts'

export type NotUndone = { id: string; code: RefusalCode; detail?: RefusalDetail }

/** Takes a person's own approvals of a set back, each by itself: one that was sent already is named and doesn't delay the others. */
export async function undoMany(
  deps: Deps,
  actor: Actor,
  input: { ids: readonly string[] },
): Promise<{ ok: true; undone: string[]; left: NotUndone[] } | Refusal<'forbidden' | 'invalid_request'>> {
  if (!may(actor, 'payout.decide')) return refuse('forbidden')
  const ids = [...new Set(input.ids)]
  if (ids.length === 0 || ids.length > manyAtMost)
    return refuse('invalid_request', {
      errors: [{ path: 'ids', said: { code: 'choose', min: 1, max: manyAtMost } }],
    })
  const undone: string[] = []
  const left: NotUndone[] = []
  // One after the other: each is its own move, and either it or the worker's claim wins.
  for (const id of ids) {
    const answer = await undoApproval(deps, actor, { id })
    if (answer.ok) undone.push(id)
    else left.push({ id, code: answer.code, ...(answer.detail !== undefined && { detail: answer.detail }) })
  }
  return { ok: true, undone, left }
}
