/** One decision on a whole batch: what is looked at is fixed first, one code covers exactly that, and workers carry it out. */
import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { reasonMaxCharacters } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { hashOfSet, sumUp } from '#lib/services/approval/approve-many.ts'
import { riskMark } from '#lib/services/approval/assess-risk.ts'
import { dayRoom, judgeApprovals } from '#lib/services/approval/give-approval.ts'
import { coverOf } from '#lib/services/merchant-balance/cover-of.ts'
import type { Cover } from '#lib/services/merchant-balance/cover-of.ts'
import type { Batch, BatchDecision, DecisionCount, DecisionRow, Deps, Payout } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { batchFor } from './show-batch.ts'

/** Payouts that are judged at once, so that memory stays small. */
const judgedAtOnce = 500

/** What the person wants to wait: whole groups, and single lines. */
export type LeaveOut = { risky: boolean; repeats: boolean; newReceivers: boolean; lines: readonly number[] }

export const leaveNone: LeaveOut = { risky: false, repeats: false, newReceivers: false, lines: [] }

type Person = Actor & { kind: 'user' }

/**
 * Fixes what this person is about to approve: every payout of the batch that waits, without those they want to wait and those that they
 * can't approve, which are named. Approves nothing.
 */
export async function reviewBatch(
  deps: Pick<
    Deps,
    'access' | 'approvals' | 'batchDecisions' | 'batches' | 'payouts' | 'people' | 'policy' | 'risk' | 'vault'
  >,
  actor: Actor,
  input: { id: string; leaveOut: LeaveOut },
): Promise<{ ok: true; decision: BatchDecision } | Refusal<'forbidden' | 'not_found' | 'stale'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  const batch = await batchFor(deps, actor, input.id)
  if (!batch) return refuse('not_found')
  const rows: DecisionRow[] = []
  const shown: Payout[] = []
  const room = dayRoom(deps, actor)
  for await (const part of waitingOf(deps, batch)) {
    const payouts = await deps.payouts.findMany(part.map(({ payoutId }) => payoutId))
    const byId = new Map(payouts.map((payout) => [payout.id, payout]))
    const wanted = part.flatMap((row) => {
      const payout = byId.get(row.payoutId)
      return payout && !leavesOut(input.leaveOut, row) ? [payout] : []
    })
    const answers = await judgeApprovals(deps, actor, wanted, '', room)
    const answered = new Map(wanted.map(({ id }, index) => [id, answers[index]]))
    for (const { line, payoutId } of part) {
      const [payout, answer] = [byId.get(payoutId), answered.get(payoutId)]
      if (!payout) continue
      const risk = answer?.ok === true ? answer.risk : payout.risk
      const isRisky = input.leaveOut.risky && risk !== null && risk.level !== 'none'
      const outcome =
        answer === undefined || (answer.ok && isRisky) ? 'excluded' : answer.ok ? null : 'left_out'
      if (outcome === null) shown.push(payout)
      rows.push({
        ...{ line, payoutId, outcome, contentHash: payout.contentHash },
        riskSeen: risk && riskMark(risk),
        riskLevel: risk?.level ?? null,
        why:
          answer?.ok === false
            ? { code: answer.code, ...(answer.detail && { detail: answer.detail }) }
            : null,
      })
    }
  }
  return {
    ok: true,
    decision: await keep(deps, actor, batch, { kind: 'approve', reason: null }, rows, shown),
  }
}

const leavesOut = (
  leaveOut: LeaveOut,
  { line, repeats, isNew }: { line: number; repeats: boolean; isNew: boolean },
): boolean =>
  (leaveOut.repeats && repeats) || (leaveOut.newReceivers && isNew) || leaveOut.lines.includes(line)

async function* waitingOf({ batchDecisions }: Pick<Deps, 'batchDecisions'>, { id }: Batch) {
  let after = 0
  for (;;) {
    const part = await batchDecisions.waiting(id, after, judgedAtOnce)
    if (part.length === 0) return
    yield part
    after = part.at(-1)?.line ?? after
  }
}

async function keep(
  deps: Pick<Deps, 'batchDecisions'>,
  actor: Person,
  batch: Batch,
  what: Pick<BatchDecision, 'kind' | 'reason'>,
  rows: readonly DecisionRow[],
  shown: readonly Payout[],
): Promise<BatchDecision> {
  const decision = {
    ...what,
    ...{ id: randomUUID(), batchId: batch.id, byId: actor.id, byName: actor.name },
    setHash: setHashOf(rows.filter(({ outcome }) => outcome === null)),
    count: shown.length,
    sums: sumUp(shown),
  }
  await deps.batchDecisions.draft(decision, rows)
  const kept = await deps.batchDecisions.find(decision.id)
  if (!kept) throw new Error(`Bug: decision ${decision.id} was not kept`)
  return kept
}

export const setHashOf = (
  rows: readonly Pick<DecisionRow, 'payoutId' | 'contentHash' | 'riskSeen'>[],
): string =>
  hashOfSet(
    rows.map(({ payoutId, contentHash, riskSeen }) => ({
      ...{ id: payoutId, contentHash },
      ...(riskSeen !== null && { riskSeen }),
    })),
  )

/** What a decision is proven by: a keyed hash, so that nobody who can only write to the database decides anything. */
export const proofOf = ({ id, batchId, kind, reason, byId, setHash }: BatchDecision): string =>
  JSON.stringify(['batch decision', id, batchId, kind, reason, byId, setHash])

/** Approves what was looked at, with one code for exactly that. Workers carry it out; each payout is judged again then. Repeating it is harmless. */
export async function approveBatch(
  deps: Deps,
  actor: Actor,
  input: { id: string; setHash: string; code: string },
): Promise<
  { ok: true; decision: BatchDecision } | Refusal<'forbidden' | 'not_found' | 'stale' | StepUpRefusal>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  const decision = await ownDecision(deps, actor, input.id)
  if (!decision || decision.kind !== 'approve') return refuse('not_found')
  if (decision.setHash !== input.setHash) return refuse('stale')
  if (decision.decidedAt !== null) return { ok: true, decision }
  if (decision.count === 0) return refuse('stale')
  const unproven = await refuseStepUp(
    deps,
    actor,
    { kind: 'approve_many', subject: decision.setHash },
    input.code,
  )
  if (unproven) return unproven
  return decided(deps, actor, decision)
}

async function decided(
  deps: Pick<Deps, 'batchDecisions' | 'vault'>,
  actor: Person,
  decision: BatchDecision,
): Promise<{ ok: true; decision: BatchDecision }> {
  await deps.batchDecisions.decide(decision, deps.vault.fingerprint(proofOf(decision)), actor)
  return { ok: true, decision: (await deps.batchDecisions.find(decision.id)) ?? decision }
}

/** Rejects everything of the batch that waits for approval, with one reason for all receivers. */
export async function rejectBatch(
  deps: Deps,
  actor: Actor,
  input: { id: string; reason: string },
): Promise<
  | { ok: true; decision: BatchDecision }
  | Refusal<'forbidden' | 'not_found' | 'stale' | 'reason_required' | 'invalid_request'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  const batch = await batchFor(deps, actor, input.id)
  if (!batch) return refuse('not_found')
  const reason = tidyProse(input.reason)
  if (reason === '') return refuse('reason_required')
  if (reason.length > reasonMaxCharacters)
    return refuse('invalid_request', {
      errors: [{ path: 'reason', said: { code: 'tooLong', max: reasonMaxCharacters } }],
    })
  const rows: DecisionRow[] = []
  const shown: Payout[] = []
  for await (const part of waitingOf(deps, batch)) {
    const payouts = await deps.payouts.findMany(part.map(({ payoutId }) => payoutId))
    const byId = new Map(payouts.map((payout) => [payout.id, payout]))
    for (const { line, payoutId } of part) {
      const payout = byId.get(payoutId)
      if (!payout) continue
      shown.push(payout)
      rows.push({
        ...{ line, payoutId, contentHash: payout.contentHash, riskSeen: null },
        ...{ riskLevel: payout.risk?.level ?? null, outcome: null, why: null },
      })
    }
  }
  if (rows.length === 0) return refuse('stale')
  return decided(deps, actor, await keep(deps, actor, batch, { kind: 'reject', reason }, rows, shown))
}

async function ownDecision(
  { batchDecisions }: Pick<Deps, 'batchDecisions'>,
  actor: Person,
  id: string,
): Promise<BatchDecision | null> {
  const decision = isUuid(id) ? await batchDecisions.find(id) : null
  return decision?.byId === actor.id ? decision : null
}

/** Carries out nothing more of a decision: by the person whose decision it is, or any other approver. What is done stays done. */
export async function stopDecision(
  deps: Pick<Deps, 'batchDecisions'>,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; decision: BatchDecision } | Refusal<'forbidden' | 'not_found' | 'stale'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  const decision = isUuid(input.id) ? await deps.batchDecisions.find(input.id) : null
  if (decision?.decidedAt == null) return refuse('not_found')
  if (!(await deps.batchDecisions.stop(decision, actor))) return refuse('stale')
  return { ok: true, decision: (await deps.batchDecisions.find(decision.id)) ?? decision }
}

export type ShownDecisionRow = DecisionRow & { payout: Payout | null }

/** A decision with what became of it. What isn't decided yet is shown to the person who looks at it alone. */
export async function showDecision(
  deps: Pick<Deps, 'batchDecisions' | 'payouts' | 'endpoints' | 'config' | 'merchantBalances'>,
  actor: Actor,
  { id, which = 'out', after = 0 }: { id: string; which?: 'all' | 'out' | 'risky'; after?: number },
): Promise<
  | {
      ok: true
      decision: BatchDecision
      counts: DecisionCount[]
      covers: Cover[]
      rows: ShownDecisionRow[]
      next: number | null
    }
  | Refusal<'not_found'>
> {
  const decision = isUuid(id) && may(actor, 'payout.see_all') ? await deps.batchDecisions.find(id) : null
  if (!decision || actor.kind !== 'user') return refuse('not_found')
  if (decision.decidedAt === null && decision.byId !== actor.id) return refuse('not_found')
  const [counts, page] = await Promise.all([
    deps.batchDecisions.counts(id),
    deps.batchDecisions.rows(id, { which, after, limit: 100 }),
  ])
  const payouts = await deps.payouts.findMany(page.rows.map(({ payoutId }) => payoutId))
  const byId = new Map(payouts.map((payout) => [payout.id, payout]))
  const rows = page.rows.map((row) => ({ ...row, payout: byId.get(row.payoutId) ?? null }))
  const isOpen = decision.kind === 'approve' && decision.decidedAt === null
  const covers = isOpen ? await coverOf(deps, await deps.batchDecisions.toApprove(id)) : []
  return { ok: true, decision, counts, covers, rows, next: page.next }
}
