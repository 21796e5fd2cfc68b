/** One person's yes to one payout: what approving one and approving many share. */
import { mailsOn } from '#lib/services/message/mails.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { maySee, refuseDecision } from '#lib/payouts/permissions.ts'
import type { Actor, DecisionRefusal, PayoutSubject } from '#lib/payouts/permissions.ts'
import { currencyPolicy, limitMinor } from '#lib/payouts/policy.ts'
import { nextApproval } from '#lib/payouts/who-may-approve.ts'
import type { ApproverRole, Policy } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { mayComeBack } from '#lib/services/seal/seal-trouble.ts'
import { isContentHash } from '#lib/services/payout/content-hash.ts'
import { subjectOf } from '#lib/services/payout/payout-subject.ts'
import type { Approval, Deps, Payout, User } from '#lib/services/ports.ts'
import { assessRisks, findsMore } from './assess-risk.ts'
import { sendDelayMs } from './send-delay.ts'
import { approversAsked, asksFor, asksForRole, needsNote, roleNeeded } from './what-it-takes.ts'

/** What the person saw: the payout, the hash of its content, and what the checks found. */
export type Seen = {
  id: string
  contentHash: string
  /** What the risk checks said then (`riskMark`); absent when none were shown, so nothing can have changed. */
  riskSeen?: string
}

export type ApprovalRefusal =
  | DecisionRefusal
  | 'not_found'
  | 'stale'
  | 'approved_by_you'
  | 'one_hand'
  | 'role_needed'
  | 'approved_by_another'
  | 'content_changed'
  | 'approver_limit'
  | 'note_required'
  | 'risk_changed'
  | 'unavailable'

export type Approvable = {
  ok: true
  payout: Payout
  given: Approval[]
  dayLimitMinor: bigint | null
  /** The checks as they are now; null where they were never made. */
  risk: RiskAssessment | null
  /** What else this person is. */
  roles: ApproverRole[]
  seen: Seen
}

/** Ends for which it doesn't matter who had agreed. */
const takenBack: readonly PayoutStatus[] = ['rejected', 'cancelled', 'expired']

/** May this person approve exactly what they saw, now? Changes nothing, but an attempt to approve their own is audited. */
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

/** Keeps in the audit trail that somebody tried to approve their own. */
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

/** The same for many, in their order: the earlier ones use up what the person may approve in a day. */
export async function judgeApprovals(
  deps: Pick<Deps, 'access' | 'payouts' | 'approvals' | 'people' | 'policy' | 'risk' | 'vault'>,
  actor: Actor,
  seen: readonly Seen[],
  note: string,
  /** What is left of the person's day; given where one set is judged in parts. */
  room = dayRoom(deps, actor),
): Promise<(Approvable | Refusal<ApprovalRefusal>)[]> {
  const ids = seen.map(({ id }) => id).filter(isUuid)
  // The payouts first, so that the approvals are never older than the version they are written against.
  const payouts = await deps.payouts.findMany(ids)
  const [behind, approvals, me, hand, roles] = await Promise.all([
    deps.payouts.accountsBehind(ids),
    deps.approvals.forPayouts(ids),
    actor.kind === 'user' ? deps.people.findUser(actor.id) : null,
    actor.kind === 'user' ? deps.access.oneHand(actor.id) : [],
    actor.kind === 'user' && payouts.some(asksForRole) ? deps.approvals.rolesOf(actor.id) : [],
  ])
  const known = new Map(payouts.map((payout) => [payout.id, payout]))
  const risks = await assessRisks(
    deps,
    payouts.filter(({ status }) => status === 'awaiting_approval'),
  )
  const answers: (Approvable | Refusal<ApprovalRefusal>)[] = []
  for (const one of seen) {
    const { id } = one
    const payout = known.get(id)
    if (!payout || !maySee(actor, { receiverId: payout.receiver.id })) {
      answers.push(refuse('not_found'))
      continue
    }
    const given = approvals.filter(({ payoutId, counts }) => counts && payoutId === id)
    const subject = subjectOf(payout, behind.get(id) ?? [])
    const risk = risks.get(id) ?? null
    const refused = judge(deps, actor, me, payout, subject, {
      given,
      seen: one,
      note,
      risk,
      hand,
      roles,
    })
    const answer = refused ?? (await room(payout, given))
    answers.push(answer.ok ? { ...answer, risk, roles, seen: one } : answer)
  }
  return answers
}

/** Everything but the daily limit. */
function judge(
  { vault }: Pick<Deps, 'vault'>,
  actor: Actor,
  me: User | null,
  payout: Payout,
  subject: PayoutSubject,
  {
    given,
    seen,
    note,
    risk,
    hand,
    roles,
  }: {
    given: Approval[]
    seen: Seen
    note: string
    risk: RiskAssessment | null
    hand: string[]
    roles: ApproverRole[]
  },
): Refusal<ApprovalRefusal> | null {
  const refused = refuseDecision(actor, 'approve', subject)
  if (refused === 'wrong_status' && given.length > 0 && !takenBack.includes(payout.status))
    return refuse('approved_by_another', { detail: { code: 'by', names: namesOf(given) } })
  if (refused === 'wrong_status') return refuse(refused, { detail: { code: 'isNow', status: payout.status } })
  // As the account is now: a session may be older than the change of role.
  if (refused || me?.role !== 'approver' || me.disabledAt !== null) return refuse(refused ?? 'forbidden')
  if (mayComeBack(payout.destinationTrouble))
    return refuse('unavailable', { detail: { code: 'accountUnreadable' } })
  // A page that was shown under an earlier data key has another hash of the same content.
  if (payout.contentHash !== seen.contentHash && !isContentHash(vault, seen.contentHash, payout))
    return refuse('stale')
  // The database refuses such a change. If somebody got past that, this catches it, and so does the check before payout-pay.
  if (!isContentHash(vault, payout.contentHash, payout)) return refuse('content_changed')
  if (given.some(({ personId }) => personId === me.personId)) return refuse('approved_by_you')
  if (given.some(({ personId }) => hand.includes(personId))) return refuse('one_hand')
  const unmet = roleNeeded(payout, given, roles)
  if (unmet) return refuse('role_needed', { detail: { code: 'roleNeeded', role: unmet } })
  if (risk && seen.riskSeen !== undefined && findsMore(seen.riskSeen, risk)) return refuse('risk_changed')
  if (needsNote({ source: payout.source, risk: risk ?? payout.risk }) && note === '')
    return refuse('note_required')
  return null
}

/** Does one more fit into what this person may approve in a day? Each yes takes its part. */
export function dayRoom(deps: Pick<Deps, 'approvals' | 'policy'>, actor: Actor) {
  const usedBy = new Map<string, bigint>()
  const policies = new Map<number, Policy>()
  const limitOf = async ({ id, policyVersion, currency }: Payout): Promise<bigint | null> => {
    const policy = policies.get(policyVersion) ?? (await deps.policy.find(policyVersion))
    if (!policy) throw new Error(`Bug: payout ${id} names policy ${policyVersion}, which does not exist`)
    policies.set(policyVersion, policy)
    return limitMinor(currencyPolicy(policy, currency).limits.approverDay, currency)
  }
  type Room = Pick<Approvable, 'ok' | 'payout' | 'given' | 'dayLimitMinor'>
  return async (payout: Payout, given: Approval[]): Promise<Room | Refusal<ApprovalRefusal>> => {
    const { currency, amountMinor } = payout
    const dayLimitMinor = await limitOf(payout)
    if (dayLimitMinor === null || actor.kind !== 'user') return { ok: true, payout, given, dayLimitMinor }
    const used = usedBy.get(currency) ?? (await deps.approvals.approvedToday(actor.id, currency))
    if (used + amountMinor > dayLimitMinor)
      return refuse('approver_limit', {
        detail: {
          code: 'usedToday',
          used: displayAmount(used, currency),
          most: displayAmount(dayLimitMinor, currency),
        },
      })
    usedBy.set(currency, used + amountMinor)
    return { ok: true, payout, given, dayLimitMinor }
  }
}

const namesOf = (given: readonly Approval[]) => given.map(({ approverName }) => approverName).join(' and ')

/**
 * Writes the approval. People who approve at the same moment wait for the same row: the second one counts as the second, or is told
 * that it is done. `sure` is what was found before the code was asked for; if somebody was quicker it is checked again.
 */
export async function giveApproval(
  deps: Deps,
  actor: Actor,
  sure: Approvable,
  note: string,
  /** The hash of the set that it was approved with. */
  setHash?: string,
): Promise<{ ok: true; payout: Payout } | Refusal<ApprovalRefusal>> {
  let now = sure
  for (let look = 0; look < 10; look++) {
    const { payout, given, dayLimitMinor, risk } = now
    const isLast = nextApproval(asksFor(payout), given, { roles: now.roles }) === 'last'
    const delayMs = isLast ? await sendDelayMs(deps, payout.currency) : 0
    const written = deps.payouts.advance(
      payout,
      {
        move: isLast ? 'approve' : 'endorse',
        approval: { do: 'give', note: note === '' ? null : note, dayLimitMinor },
        ...(isLast && { mails: await mailsOn(deps, payout, 'approved') }),
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
          // What the approver knew, and when that was true.
          ...(risk && { riskLevel: risk.level, riskAt: risk.at }),
          ...(note !== '' && { note }),
          ...(setHash !== undefined && { setHash }),
        },
      },
    )
    const [result] = await Promise.allSettled([written])
    if (result.status === 'fulfilled' && result.value !== 'stale') return { ok: true, payout: result.value }
    const again = await mayApprove(deps, actor, now.seen, note)
    if (!again.ok) return again
    // The database refuses a person who lost the right since the code. Anything else is a failure.
    if (result.status === 'rejected') throw result.reason
    now = again
  }
  return refuse('stale')
}
