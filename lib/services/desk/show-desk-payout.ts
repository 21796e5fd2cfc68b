import { endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import type { PayoutView } from '#lib/contract/payout.ts'
import { may, refuseDecision } from '#lib/payouts/permissions.ts'
import type { Actor, DecisionRefusal } from '#lib/payouts/permissions.ts'
import { demandsOf, firstPolicy } from '#lib/payouts/policy.ts'
import type { ApproverRole, Demand } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { retryKeyOf, refuseRetry } from '#lib/services/payout/retry-payout.ts'
import type { RetryRefusal } from '#lib/services/payout/retry-payout.ts'
import { waitBeforeSendingMs } from '#lib/services/approval/send-delay.ts'
import { asJudged } from '#lib/services/policy/judge-policy.ts'
import { isReceiverMailed } from '#lib/services/message/mails.ts'
import { coverOf } from '#lib/services/merchant-balance/cover-of.ts'
import type { Cover } from '#lib/services/merchant-balance/cover-of.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import { bookFor, failureWords } from '#lib/services/payout/failure-words.ts'
import type { FailureWords } from '#lib/services/payout/failure-words.ts'
import type { Locale } from '#lib/words/locales.ts'
import { payoutView } from '#lib/services/payout/payout-view.ts'
import { mayUndo } from '#lib/services/approval/undo-approval.ts'
import { sightOf } from '#lib/services/payout/watch-payout.ts'
import type { Sight } from '#lib/services/payout/watch-payout.ts'
import type {
  Approval,
  Deps,
  GatewayChange,
  HistoryProof,
  Note,
  OpenItem,
  Payout,
  PayoutArchived,
  Settlement,
  StoredCallback,
  StoredMail,
  TimelineEvent,
} from '#lib/services/ports.ts'

export type DeskPayout = {
  payout: Payout
  view: PayoutView
  /** Why it was not paid, as its receiver and staff read it; null: Cardzo did not end it, or paid. */
  failure: FailureWords | null
  timeline: TimelineEvent[]
  items: OpenItem[]
  callbacks: StoredCallback[]
  /** Is the timeline still what was written? */
  proof: HistoryProof
  /** What of the timeline is in files; null: nothing. */
  archived: PayoutArchived | null
  /** Who was told what and when, without the texts. Oldest first. */
  mails: StoredMail[]
  notes: Note[]
  mayWriteNotes: boolean
  /** What Cardzo said after the end that differs from it. */
  changes: GatewayChange[]
  buttons: Sight['buttons']
  /** What the balance at Cardzo does not cover, for somebody who can approve it. */
  covers: Cover[]
  /** What the risk checks find now, and that in short. */
  riskNow: Sight['riskNow']
  riskSeen: string
  /** Changes whenever something that this person decides on changes. */
  mark: string
  /** All approvals, oldest first, with those that no longer count. */
  approvals: Approval[]
  /** How many different people approved exactly this, of how many; 0: the policy approved it. `needed` null: not judged yet. */
  agreed: { given: number; needed: number | null }
  /** Before it is judged: which rules will ask for how many people, as things are now. Null: it was judged, or it is too late. */
  expected: Demand[] | null
  /** Can this person still take their own approval back? */
  mayUndo: boolean
  /** Approving it needs a note. */
  needsNote: boolean
  /** Approved, and sent at this time at the earliest; null: sent at once, or not approved. */
  waitsUntil: Date | null
  /** Does the receiver get mails about decisions? */
  mailsReceiver: boolean
  /** Requests of the same amount for the same receiver within a day, at most five. */
  sameRequests: Payout[]
  /** The stop switch is pulled: nothing that is approved is sent. */
  paused: boolean
  /** Only somebody with this role as well can give the approval that is left; null: this person may. */
  roleNeeded: ApproverRole | null
  /** Why there is no Approve button; null: there is one. */
  decisionRefusal: DecisionRefusal | null
  /** The payout that this one retries, and the one that retries this one. */
  replaces: string | null
  replacedBy: string | null
  /** Why this person can't retry it; null: they can. */
  retryRefusal: RetryRefusal | null
  mayAskCardzo: boolean
  /** The name of its endpoint, where there are several. */
  endpointName: string | null
  settlements: Settlement[]
  /** Names of the people the payout mentions, by user id. */
  names: Record<string, string>
}

/** By this server's clock, for display only; the worker and the database decide by theirs. */
function waitsUntil(payout: Payout): Date | null {
  const now = new Date()
  const ms = payout.status === 'approved' ? waitBeforeSendingMs(payout, now) : 0
  return ms === 0 ? null : new Date(now.getTime() + ms)
}

async function sameRequests(deps: Pick<Deps, 'payouts'>, { riskNow }: Sight): Promise<Payout[]> {
  const ids = riskNow?.checks.flatMap(({ payoutIds = [] }) => payoutIds) ?? []
  return ids.length === 0 ? [] : deps.payouts.findMany([...ids])
}

async function expectedDemands(
  deps: Pick<Deps, 'policy'>,
  payout: Payout,
  { riskNow }: Sight,
): Promise<Demand[] | null> {
  if (payout.policyNote !== null || riskNow === null) return null
  const policy = (await deps.policy.find(payout.policyVersion)) ?? firstPolicy
  return demandsOf(policy, asJudged(payout), riskNow.level)
}

/** Everything the desk knows of one payout. `locale`: of the words of its error code. */
export async function showDeskPayout(
  deps: Deps,
  actor: Actor,
  id: string,
  locale: Locale = 'en',
): Promise<({ ok: true } & DeskPayout) | Refusal<'not_found' | 'forbidden'>> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, id)
  if (!payout) return refuse('not_found')
  const [
    timeline,
    items,
    callbacks,
    proof,
    changes,
    settlements,
    replacedBy,
    retryRefusal,
    approvals,
    stop,
    mailsReceiver,
    mails,
    notes,
    book,
    { endpoints },
    archived,
  ] = await Promise.all([
    deps.payouts.timeline(id),
    deps.items.list({ payoutId: id }),
    deps.callbacks.forPayout(id),
    deps.history.verifyPayout(id),
    deps.comparisons.changesOf(id),
    deps.settlements.forPayouts([id]),
    deps.payouts.findByIdempotencyKey(retryKeyOf(id)),
    refuseRetry(deps, actor, payout),
    deps.approvals.forPayouts([id]),
    isBeforeClaim(payout.status) ? deps.stopSwitch.active(payout.endpointId) : null,
    isReceiverMailed(deps, payout),
    deps.mails.forPayout(id),
    deps.notes.forPayout(id),
    bookFor(deps, payout),
    endpointBook(deps),
    deps.archive.ofPayout(id),
  ])
  const sight = await sightOf(deps, actor, payout, approvals)
  const named = [payout.requestedById, payout.approvedById].filter((user) => user !== null)
  const users = await Promise.all(named.map((user) => deps.people.findUser(user)))
  return {
    ok: true,
    payout,
    view: payoutView(deps.config, payout, book),
    failure: failureWords(payout, book, locale),
    timeline,
    items,
    callbacks,
    proof,
    archived,
    mails: mails.map((mail) => ({ ...mail, text: '' })),
    notes,
    mayWriteNotes: may(actor, 'note.write'),
    changes,
    buttons: sight.buttons,
    covers: sight.buttons.includes('approve') ? await coverOf(deps, [payout]) : [],
    roleNeeded: sight.roleNeeded,
    riskNow: sight.riskNow,
    riskSeen: sight.riskSeen,
    mark: sight.mark,
    approvals,
    agreed: {
      given: new Set(approvals.filter(({ counts }) => counts).map(({ personId }) => personId)).size,
      needed: payout.approvalsRequired,
    },
    expected: await expectedDemands(deps, payout, sight),
    mayUndo: mayUndo(actor, payout, approvals),
    needsNote: sight.needsNote,
    waitsUntil: waitsUntil(payout),
    paused: stop !== null,
    mailsReceiver,
    sameRequests: await sameRequests(deps, sight),
    replaces: payout.replacesId,
    replacedBy: replacedBy?.id ?? null,
    retryRefusal,
    mayAskCardzo: may(actor, 'payout.ask_cardzo'),
    endpointName:
      endpoints.length > 1
        ? (endpoints.find((one) => one.id === payout.endpointId)?.name ?? String(payout.endpointId))
        : null,
    settlements,
    decisionRefusal: refuseDecision(actor, 'approve', sight.subject) ?? null,
    names: Object.fromEntries(users.flatMap((user) => (user ? [[user.id, user.name]] : []))),
  }
}
