import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { manyAtMost } from '#lib/services/approval/approve-many.ts'
import type {
  Batch,
  BatchDecision,
  BatchRow,
  BatchState,
  BatchSum,
  Deps,
  Payout,
  RowChoice,
} from '#lib/services/ports.ts'
import { readCursor, writeCursor } from '#lib/services/api/cursor.ts'
import { isCanceller } from './cancel-batch.ts'
import { mayMakeBatches, reaches } from './check-batch.ts'

export const stateOf = ({
  submittedAt,
  endedAt,
  cancelledAt,
  cancelEndedAt,
}: Pick<Batch, 'submittedAt' | 'endedAt' | 'cancelledAt' | 'cancelEndedAt'>): BatchState => {
  if (cancelledAt !== null) return cancelEndedAt === null ? 'cancelling' : 'cancelled'
  if (submittedAt === null) return endedAt === null ? 'checked' : 'over'
  return endedAt === null ? 'working' : 'done'
}

const batchesShown = 50
const decisionsShown = 20

/** Newest first. A key sees what came through keys of the same owner. */
export async function listBatches(
  deps: Pick<Deps, 'batches' | 'config'>,
  actor: Actor,
  {
    cursor,
    state,
    limit = batchesShown,
  }: { cursor?: string | undefined; state?: BatchState | undefined; limit?: number | undefined },
): Promise<
  { ok: true; batches: Batch[]; nextCursor: string | null } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const owner = actor.kind === 'api_key' ? actor.ownerId : null
  const list = { name: 'batches', filter: { owner, state } }
  const from = readCursor(deps.config, list, cursor)
  if (!from.ok) return from
  const { rows, next } = await deps.batches.list(
    { ...(owner !== null && { apiKeyOwnerId: owner }), ...(state !== undefined && { state }) },
    { limit, ...(from.place !== undefined && { before: BigInt(from.place) }) },
  )
  const nextCursor = writeCursor(deps.config, list, next === null ? null : next.toString())
  return { ok: true, batches: rows, nextCursor }
}

/** The batch, if it exists and this actor may see it; malformed, foreign and unknown ids look alike. */
export async function batchFor(deps: Pick<Deps, 'batches'>, actor: Actor, id: string): Promise<Batch | null> {
  const batch = may(actor, 'payout.see_all') && isUuid(id) ? await deps.batches.find(id) : null
  return batch && reaches(actor, batch) ? batch : null
}

/** What its payouts have come to. */
export type BatchProgress = (BatchSum & { status: PayoutStatus })[]

export async function showBatch(
  deps: Pick<Deps, 'batches' | 'batchDecisions'>,
  actor: Actor,
  input: { id: string },
): Promise<
  | {
      ok: true
      batch: Batch
      state: BatchState
      progress: BatchProgress
      /** What people decided on the whole of it, the latest first. */
      decisions: BatchDecision[]
      /** Every row is dealt with, and every payout is over. */
      isOver: boolean
      /** May this person submit it, or cancel it, now? */
      maySubmit: boolean
      mayCancel: boolean
    }
  | Refusal<'not_found'>
> {
  const batch = await batchFor(deps, actor, input.id)
  if (!batch) return refuse('not_found')
  const progress = (await deps.batches.progress(batch.id)).map((sum) => ({
    ...sum,
    status: sum.status as PayoutStatus,
  }))
  const state = stateOf(batch)
  const isMaker = actor.kind === 'user' ? batch.madeById === actor.id : batch.apiKeyId !== null
  return {
    ok: true,
    ...{ batch, state, progress },
    decisions: batch.submittedAt === null ? [] : await deps.batchDecisions.ofBatch(batch.id, decisionsShown),
    isOver:
      (state === 'done' || state === 'cancelled' || state === 'over') &&
      progress.every(({ status }) => isFinal(status)),
    mayCancel:
      isCanceller(actor, batch) &&
      (state === 'checked' ||
        state === 'working' ||
        (state === 'done' && progress.some(({ status }) => isBeforeClaim(status)))),
    maySubmit:
      state === 'checked' && isMaker && mayMakeBatches(actor) && batch.wrong + batch.known < batch.rows,
  }
}

export type ShownRow = BatchRow & { payout: Payout | null }

/** Its rows in the order of their lines, each with its payout as it is now. `limit` 1-1000. */
export async function listBatchRows(
  deps: Pick<Deps, 'batches' | 'payouts' | 'config'>,
  actor: Actor,
  {
    id,
    cursor,
    which = 'all',
    limit = 100,
  }: { id: string; cursor?: string | undefined; which?: RowChoice; limit?: number | undefined },
): Promise<
  { ok: true; rows: ShownRow[]; nextCursor: string | null } | Refusal<'not_found' | 'invalid_request'>
> {
  const batch = await batchFor(deps, actor, id)
  if (!batch) return refuse('not_found')
  const list = { name: 'batch rows', filter: { id: batch.id, which } }
  const from = readCursor(deps.config, list, cursor)
  if (!from.ok) return from
  const page = await deps.batches.rows(batch.id, {
    limit,
    which,
    ...(from.place !== undefined && { after: Number(from.place) }),
  })
  const ids = page.rows.flatMap(({ payoutId }) => payoutId ?? [])
  const payouts = new Map(
    ids.length === 0 ? [] : (await deps.payouts.findMany(ids)).map((payout) => [payout.id, payout]),
  )
  return {
    ok: true,
    rows: page.rows.map((row) => ({ ...row, payout: payouts.get(row.payoutId ?? '') ?? null })),
    nextCursor: writeCursor(deps.config, list, page.next === null ? null : String(page.next)),
  }
}

/** What waits for approval out of a batch: the sums of all of it, and as many payouts as can be picked by hand. */
export async function batchForApproval(
  deps: Pick<Deps, 'batches' | 'batchDecisions' | 'payouts'>,
  actor: Actor,
  input: { id: string },
): Promise<
  { ok: true; payouts: Payout[]; more: boolean; sums: BatchSum[] } | Refusal<'forbidden' | 'not_found'>
> {
  if (!may(actor, 'payout.decide')) return refuse('forbidden')
  const batch = await batchFor(deps, actor, input.id)
  if (!batch) return refuse('not_found')
  const { payoutIds, more } = await deps.batches.waitingForApproval(batch.id, manyAtMost)
  const found = new Map((await deps.payouts.findMany(payoutIds)).map((payout) => [payout.id, payout]))
  const sums = await deps.batchDecisions.sumsWaiting(batch.id)
  return { ok: true, payouts: payoutIds.flatMap((id) => found.get(id) ?? []), more, sums }
}
