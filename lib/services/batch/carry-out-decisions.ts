/** The worker's part of decisions on batches: each payout is judged again and decided on by itself, as if its person did it now. */
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { dayRoom, giveApproval, judgeApprovals } from '#lib/services/approval/give-approval.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { isContentHash } from '#lib/services/payout/content-hash.ts'
import type { DecisionInHand, DecisionRow, Deps } from '#lib/services/ports.ts'
import { failuresUntold, leaseMs } from './batch-row.ts'
import { proofOf, setHashOf } from './decide-batch.ts'

const chunk = 100
/** Each is a transaction of its own. */
const atOnce = 8
const lookAgainMs = 5_000
/** So long a person may look at a set. */
const draftKeptMs = 3_600_000

type Outcome = Pick<DecisionRow, 'line' | 'outcome' | 'why'>
type Told = { ok: true } | Refusal

/**
 * Takes the next decision to its end, or until the signal. Nothing is decided but what was seen: the rows' hash and the keyed proof say so,
 * or every row is skipped. A row that fails is tried again, and skipped by name after three times.
 */
export async function carryOutDecisions(deps: Deps, signal: AbortSignal): Promise<void> {
  await deps.batchDecisions.dropDrafts(draftKeptMs)
  const decision = await deps.batchDecisions.claim(leaseMs)
  if (!decision) return
  const actor = await approverOf(deps, decision)
  const isProven = await isWhatWasSeen(deps, decision)
  if (!isProven) await tellOfForgery(deps, decision)
  else if (decision.stumbles > failuresUntold) await tellOfStumbling(deps, decision)
  const room = actor && dayRoom(deps, actor)
  let [after, left] = [0, 0]
  while (!signal.aborted) {
    const rows = await deps.batchDecisions.open(decision.id, after, chunk)
    if (rows.length === 0) break
    after = rows.at(-1)?.line ?? after
    const told =
      isProven && actor && room
        ? await decideOn(deps, actor, decision, rows, room)
        : rows.map(() => refuse(isProven ? 'forbidden' : 'content_changed'))
    const outcomes = rows.flatMap(({ line }, index): Outcome[] => {
      const answer = told[index]
      if (answer) return [outcomeOf(line, answer)]
      return decision.stumbles > failuresUntold ? [outcomeOf(line, refuse('unavailable'))] : []
    })
    left += rows.length - outcomes.length
    if (!(await deps.batchDecisions.record(decision, outcomes, leaseMs))) return
  }
  if (signal.aborted) return
  if (left > 0) await deps.batchDecisions.record(decision, [], lookAgainMs)
  else {
    await deps.batchDecisions.finish(decision, await deps.batchDecisions.counts(decision.id))
    if (isProven) await deps.items.closeByKind('batch_stuck', subjectOf(decision), 'It is carried out.')
  }
}

const outcomeOf = (line: number, answer: Told): Outcome =>
  answer.ok
    ? { line, outcome: 'done', why: null }
    : {
        line,
        outcome: 'skipped',
        why: { code: answer.code, ...(answer.detail && { detail: answer.detail }) },
      }

/** The person as they are now; null: they may not decide any more. */
async function approverOf(
  { people }: Pick<Deps, 'people'>,
  { byId }: DecisionInHand,
): Promise<(Actor & { kind: 'user' }) | null> {
  const user = await people.findUser(byId)
  if (user === null || user.disabledAt !== null) return null
  const actor = actorOf(user)
  return may(actor, 'payout.decide') ? actor : null
}

async function isWhatWasSeen(
  { batchDecisions, vault }: Pick<Deps, 'batchDecisions' | 'vault'>,
  decision: DecisionInHand,
): Promise<boolean> {
  const rows = await batchDecisions.decidedOn(decision.id)
  return (
    setHashOf(rows) === decision.setHash && vault.isFingerprintOf(decision.proof ?? '', proofOf(decision))
  )
}

const subjectOf = ({ id }: Pick<DecisionInHand, 'id'>) => `decision ${id}`

const tellOfForgery = ({ items }: Pick<Deps, 'items'>, { id, batchId, byName }: DecisionInHand) =>
  items.open({
    ...{ kind: 'batch_stuck', severity: 'high', subject: subjectOf({ id }), data: { batchId } },
    what: 'A decision on a batch is not what somebody decided',
    why: `In the database, ${byName}’s decision ${id} has other payouts than it was given for, or no proof under our data keys. None of it is carried out.`,
  })

/** It was begun again and again, and nothing became of it. */
const tellOfStumbling = ({ items }: Pick<Deps, 'items'>, { id, batchId, byName, stumbles }: DecisionInHand) =>
  items.open({
    ...{ kind: 'batch_stuck', severity: 'high', subject: subjectOf({ id }), data: { batchId } },
    what: 'A decision on a batch can’t be carried out',
    why: `Workers have begun ${byName}’s decision ${id} ${stumbles} times and got no further. They go on trying.`,
  })

/** What became of each; undefined: it failed. */
async function decideOn(
  deps: Deps,
  actor: Actor & { kind: 'user' },
  decision: DecisionInHand,
  rows: readonly DecisionRow[],
  room: ReturnType<typeof dayRoom>,
): Promise<(Told | undefined)[]> {
  const decide =
    decision.kind === 'approve'
      ? await approving(deps, actor, decision, rows, room)
      : await rejecting(deps, actor, decision, rows)
  const told: (Told | undefined)[] = []
  for (let at = 0; at < rows.length; at += atOnce) {
    const some = await Promise.allSettled(
      rows.slice(at, at + atOnce).map((row, index) => decide(row, at + index)),
    )
    for (const one of some) {
      if (one.status === 'rejected')
        deps.log.error(
          { err: one.reason, decisionId: decision.id },
          'a payout of a batch could not be decided on',
        )
      told.push(one.status === 'fulfilled' ? one.value : undefined)
    }
  }
  return told
}

type Decide = (row: DecisionRow, index: number) => Promise<Told>

async function approving(
  deps: Deps,
  actor: Actor,
  { setHash }: DecisionInHand,
  rows: readonly DecisionRow[],
  room: ReturnType<typeof dayRoom>,
): Promise<Decide> {
  const seen = rows.map(({ payoutId, contentHash, riskSeen }) => ({
    ...{ id: payoutId, contentHash },
    ...(riskSeen !== null && { riskSeen }),
  }))
  const answers = await judgeApprovals(deps, actor, seen, '', room)
  return async (_row, index) => {
    const answer = answers[index]
    if (!answer) throw new Error('Bug: a row that nobody judged')
    return answer.ok ? giveApproval(deps, actor, answer, '', setHash) : answer
  }
}

async function rejecting(
  deps: Deps,
  actor: Actor,
  { reason }: DecisionInHand,
  rows: readonly DecisionRow[],
): Promise<Decide> {
  const payouts = await deps.payouts.findMany(rows.map(({ payoutId }) => payoutId))
  const byId = new Map(payouts.map((payout) => [payout.id, payout]))
  return async ({ payoutId, contentHash }) => {
    const payout = byId.get(payoutId)
    if (!payout) return refuse('not_found')
    // Rejected already by this very decision, and not noted.
    if (payout.status === 'rejected' && payout.failureMessage === reason) return { ok: true }
    if (payout.status !== 'awaiting_approval')
      return refuse('wrong_status', { detail: { code: 'isNow', status: payout.status } })
    if (payout.contentHash !== contentHash && !isContentHash(deps.vault, contentHash, payout))
      return refuse('stale')
    return rejectPayout(deps, actor, { id: payoutId, version: payout.version, reason: reason ?? '' })
  }
}
