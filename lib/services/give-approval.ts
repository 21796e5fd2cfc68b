/** One person's yes to one payout: the rules that approving one and approving many share. */
import { currencyPolicy, limitMinor } from '#lib/payouts/policy.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { refuseDecision } from '#lib/payouts/permissions.ts'
import type { Actor, DecisionRefusal } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { contentHash } from './content-hash.ts'
import { payoutFor } from './payout-for.ts'
import { subjectFor } from './payout-subject.ts'
import type { Approval, Deps, Payout } from './ports.ts'
import { sendDelayMs } from './send-delay.ts'

/** What the person saw: the payout and the hash of its content. */
export type Seen = { id: string; contentHash: string }

export type ApprovalRefusal =
  | DecisionRefusal
  | 'not_found'
  | 'stale'
  | 'already_approved'
  | 'approved_already'
  | 'content_changed'
  | 'approver_limit'
  | 'note_required'
  | 'unavailable'

export type Approvable = { ok: true; payout: Payout; given: Approval[]; dayLimitMinor: bigint | null }

/** May this person approve exactly what he saw, now? Changes nothing. Being refused one's own is kept in the audit trail. */
export async function mayApprove(
  deps: Deps,
  actor: Actor,
  seen: Seen,
  note: string,
): Promise<Approvable | Refusal<ApprovalRefusal>> {
  const payout = await payoutFor(deps, actor, seen.id)
  if (!payout) return refuse('not_found')
  const refused = refuseDecision(actor, 'approve', await subjectFor(deps, payout))
  if (refused === 'own_request')
    await deps.people.audit('approval_refused', actor, payout.id, { why: refused })
  const given = (await deps.approvals.forPayouts([payout.id])).filter(({ counts }) => counts)
  if (refused === 'wrong_status' && payout.status === 'approved' && given.length > 0)
    return refuse('approved_already', { detail: `By ${namesOf(given)}.` })
  if (refused || actor.kind !== 'user') return refuse(refused ?? 'forbidden')
  if (payout.contentHash !== seen.contentHash) return refuse('stale')
  if (payout.destinationTrouble === 'key_missing')
    return refuse('unavailable', { detail: 'The account details can not be read. Tell an admin.' })
  // The database refuses to change it; whoever got round that is met here and again before payout-pay.
  if (contentHash(payout) !== payout.contentHash) return refuse('content_changed')
  const me = await deps.people.findUser(actor.id)
  if (!me) return refuse('forbidden')
  if (given.some(({ personId }) => personId === me.personId)) return refuse('already_approved')
  if (needsNote(payout) && note === '') return refuse('note_required')
  const dayLimitMinor = await dayLimit(deps, payout)
  if (dayLimitMinor !== null) {
    const used = await deps.approvals.approvedToday(actor.id, payout.currency)
    if (used + payout.amountMinor > dayLimitMinor)
      return refuse('approver_limit', {
        detail: `${displayAmount(used, payout.currency)} of ${displayAmount(dayLimitMinor, payout.currency)} are used up today (UTC).`,
      })
  }
  return { ok: true, payout, given, dayLimitMinor }
}

/** The limit of the rules that the payout started with. */
async function dayLimit(deps: Deps, payout: Payout): Promise<bigint | null> {
  const policy = await deps.policy.find(payout.policyVersion)
  if (!policy)
    throw new Error(`Bug: payout ${payout.id} names rules ${payout.policyVersion} that do not exist`)
  return limitMinor(currencyPolicy(policy, payout.currency).limits.approverDay, payout.currency)
}

/** Systems repeat themselves on purpose, each time under a key of its own; people mostly by mistake. */
export const needsNote = (payout: Pick<Payout, 'risk' | 'source'>): boolean =>
  payout.source !== 'api' &&
  (payout.risk?.checks.some(({ id, level }) => id === 'same_request' && level !== 'none') ?? false)

/** How many different people must agree before it is sent. */
export const approversAsked = (payout: Pick<Payout, 'approvalsRequired'>) =>
  Math.max(1, payout.approvalsRequired ?? 1)

const namesOf = (given: readonly Approval[]) => given.map(({ approverName }) => approverName).join(' and ')

/**
 * Writes it. Who approves at the same moment waits for the same row; whoever comes second counts as the second, or is told that it was
 * done. `sure` is what was found before the code was asked for, and is looked at anew whenever somebody was quicker.
 */
export async function giveApproval(
  deps: Deps,
  actor: Actor,
  sure: Approvable,
  note: string,
): Promise<{ ok: true; payout: Payout } | Refusal<ApprovalRefusal>> {
  let now = sure
  for (let look = 0; look < 10; look++) {
    const { payout, given, dayLimitMinor } = now
    const isLast = given.length + 1 >= approversAsked(payout)
    const delayMs = isLast ? await sendDelayMs(deps, payout.currency) : 0
    const saved = await deps.payouts.advance(
      payout,
      {
        move: isLast ? 'approve' : 'endorse',
        approval: { do: 'give', note: note === '' ? null : note, dayLimitMinor },
        ...(isLast &&
          actor.kind === 'user' && {
            facts: { approvedNow: true, approvedById: actor.id, sendAfterInMs: delayMs },
            dueInMs: delayMs,
          }),
      },
      actor,
      {
        kind: isLast ? 'decided' : 'approval_given',
        data: {
          contentHash: payout.contentHash,
          orderId: payout.orderId,
          approvals: given.length + 1,
          approvalsRequired: approversAsked(payout),
          ...(note !== '' && { note }),
        },
      },
    )
    if (saved !== 'stale') return { ok: true, payout: saved }
    const again = await mayApprove(deps, actor, { id: payout.id, contentHash: payout.contentHash }, note)
    if (!again.ok) return again
    now = again
  }
  return refuse('stale')
}
