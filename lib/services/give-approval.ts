/** One person's yes to one payout: the rules that approving one and approving many share. */
import { currencyPolicy, limitMinor } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { maySee, refuseDecision } from '#lib/payouts/permissions.ts'
import type { Actor, DecisionRefusal, PayoutSubject } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { statusWords } from '#lib/payouts/words.ts'
import { contentHash } from './content-hash.ts'
import { isUuid } from './payout-for.ts'
import { subjectOf } from './payout-subject.ts'
import type { Approval, Deps, Payout, User } from './ports.ts'
import { sendDelayMs } from './send-delay.ts'

/** What the person saw: the payout and the hash of its content. */
export type Seen = { id: string; contentHash: string }

export type ApprovalRefusal =
  | DecisionRefusal
  | 'not_found'
  | 'stale'
  | 'already_approved'
  | 'one_hand'
  | 'approved_already'
  | 'content_changed'
  | 'approver_limit'
  | 'note_required'
  | 'unavailable'

export type Approvable = { ok: true; payout: Payout; given: Approval[]; dayLimitMinor: bigint | null }

/** Ends for which it does not matter who had agreed. */
const takenBack: readonly PayoutStatus[] = ['rejected', 'cancelled', 'expired']

/** May this person approve exactly what he saw, now? Changes nothing. Being refused one's own is kept in the audit trail. */
export async function mayApprove(
  deps: Deps,
  actor: Actor,
  seen: Seen,
  note: string,
): Promise<Approvable | Refusal<ApprovalRefusal>> {
  const [answer = refuse('not_found')] = await judgeApprovals(deps, actor, [seen], note)
  await keepOwnRefusals(deps, actor, [seen], [answer])
  return answer
}

/** That somebody tried to approve his own is kept in the audit trail. */
export async function keepOwnRefusals(
  deps: Pick<Deps, 'people'>,
  actor: Actor,
  seen: readonly Seen[],
  answers: readonly (Approvable | Refusal<ApprovalRefusal>)[],
): Promise<void> {
  for (const [index, answer] of answers.entries())
    if (!answer.ok && answer.code === 'own_request')
      await deps.people.audit('approval_refused', actor, seen[index]?.id ?? null, { why: answer.code })
}

/** The same question for many at a time, in their order: what a person may approve in a day is used up by the earlier ones. */
export async function judgeApprovals(
  deps: Pick<Deps, 'access' | 'payouts' | 'approvals' | 'people' | 'policy'>,
  actor: Actor,
  seen: readonly Seen[],
  note: string,
): Promise<(Approvable | Refusal<ApprovalRefusal>)[]> {
  const ids = seen.map(({ id }) => id).filter(isUuid)
  const [payouts, behind, approvals, me, hand] = await Promise.all([
    deps.payouts.findMany(ids),
    deps.payouts.accountsBehind(ids),
    deps.approvals.forPayouts(ids),
    actor.kind === 'user' ? deps.people.findUser(actor.id) : null,
    actor.kind === 'user' ? deps.access.oneHand(actor.id) : [],
  ])
  const known = new Map(payouts.map((payout) => [payout.id, payout]))
  const room = dayRoom(deps, actor)
  const answers: (Approvable | Refusal<ApprovalRefusal>)[] = []
  for (const { id, contentHash: seenHash } of seen) {
    const payout = known.get(id)
    if (!payout || !maySee(actor, { receiverId: payout.receiver.id })) {
      answers.push(refuse('not_found'))
      continue
    }
    const given = approvals.filter(({ payoutId, counts }) => counts && payoutId === id)
    const subject = subjectOf(payout, behind.get(id) ?? [])
    const refused = judge(actor, me, payout, subject, { given, seenHash, note, hand })
    answers.push(refused ?? (await room(payout, given)))
  }
  return answers
}

/** Everything but the limit of the day. */
function judge(
  actor: Actor,
  me: User | null,
  payout: Payout,
  subject: PayoutSubject,
  { given, seenHash, note, hand }: { given: Approval[]; seenHash: string; note: string; hand: string[] },
): Refusal<ApprovalRefusal> | null {
  const refused = refuseDecision(actor, 'approve', subject)
  if (refused === 'wrong_status' && given.length > 0 && !takenBack.includes(payout.status))
    return refuse('approved_already', { detail: `By ${namesOf(given)}.` })
  if (refused === 'wrong_status')
    return refuse(refused, { detail: `It is now: ${statusWords[payout.status].label}.` })
  if (refused || !me) return refuse(refused ?? 'forbidden')
  if (payout.contentHash !== seenHash) return refuse('stale')
  if (payout.destinationTrouble === 'key_missing')
    return refuse('unavailable', { detail: 'The account details can not be read. Tell an admin.' })
  // The database refuses to change it; whoever got round that is met here and again before payout-pay.
  if (contentHash(payout) !== payout.contentHash) return refuse('content_changed')
  if (given.some(({ personId }) => personId === me.personId)) return refuse('already_approved')
  if (given.some(({ personId }) => hand.includes(personId))) return refuse('one_hand')
  if (needsNote(payout) && note === '') return refuse('note_required')
  return null
}

/** Is there room for one more under what this person may approve in a day? Each yes takes its part. */
function dayRoom(deps: Pick<Deps, 'approvals' | 'policy'>, actor: Actor) {
  const usedBy = new Map<string, bigint>()
  const policies = new Map<number, Policy>()
  const limitOf = async ({ id, policyVersion, currency }: Payout): Promise<bigint | null> => {
    const policy = policies.get(policyVersion) ?? (await deps.policy.find(policyVersion))
    if (!policy) throw new Error(`Bug: payout ${id} names rules ${policyVersion} that do not exist`)
    policies.set(policyVersion, policy)
    return limitMinor(currencyPolicy(policy, currency).limits.approverDay, currency)
  }
  return async (payout: Payout, given: Approval[]): Promise<Approvable | Refusal<ApprovalRefusal>> => {
    const { currency, amountMinor } = payout
    const dayLimitMinor = await limitOf(payout)
    if (dayLimitMinor === null || actor.kind !== 'user') return { ok: true, payout, given, dayLimitMinor }
    const used = usedBy.get(currency) ?? (await deps.approvals.approvedToday(actor.id, currency))
    if (used + amountMinor > dayLimitMinor)
      return refuse('approver_limit', {
        detail: `${displayAmount(used, currency)} of ${displayAmount(dayLimitMinor, currency)} are used up today (UTC).`,
      })
    usedBy.set(currency, used + amountMinor)
    return { ok: true, payout, given, dayLimitMinor }
  }
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
