/** The worker's part of cancelling a batch: nothing more is made of it, and what isn't sent yet is cancelled. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { findRepeated } from '#lib/services/payout/accept-request.ts'
import { takeBack } from '#lib/services/payout/cancel-payout.ts'
import type { BatchInHand, Deps, RowOutcome, WaitingRow } from '#lib/services/ports.ts'
import { tellOfRows, tellThatItIsMade } from './batch-items.ts'
import { later, leaseMs, openRow, rowIntent } from './batch-row.ts'

const chunk = 100
/** Each in a transaction of its own. */
const atOnce = 4
/** A worker sends some of its payouts just now, and may give that up. */
const lookAgainMs = 5_000

export async function cancelTheRest(
  deps: Deps,
  batch: BatchInHand,
  maker: Actor,
  signal: AbortSignal,
): Promise<void> {
  if (!(await endRows(deps, batch, maker, signal)) || !(await deps.batches.hold(batch, leaseMs, true))) return
  const canceller = cancellerOf(await deps.batches.find(batch.id))
  let [after, left] = [0, 0]
  while (!signal.aborted) {
    const found = await deps.batches.cancellable(batch, after, chunk)
    if (found.length === 0) break
    after = found.at(-1)?.line ?? after
    const open = found.filter(({ isSending }) => !isSending)
    left += found.length - open.length
    const payouts = await deps.payouts.findMany(open.map(({ payoutId }) => payoutId))
    let moved = false
    for (let at = 0; at < payouts.length; at += atOnce) {
      const told = await Promise.allSettled(
        payouts.slice(at, at + atOnce).map((payout) => takeBack(deps, canceller, payout)),
      )
      for (const one of told)
        if (one.status === 'rejected' || (!one.value.ok && one.value.code === 'stale')) left++
        else moved = true
      for (const one of told)
        if (one.status === 'rejected')
          deps.log.error({ err: one.reason, batchId: batch.id }, 'a payout of a batch could not be cancelled')
    }
    if (!(await deps.batches.hold(batch, leaseMs, moved))) return
  }
  if (signal.aborted) return
  if (left > 0) await deps.batches.hold(batch, lookAgainMs, false)
  else if (await deps.batches.endCancel(batch)) await tellThatItIsMade(deps, batch)
}

/** Rows without a payout get none, unless it was made and not noted yet. False: another worker has the batch. */
async function endRows(deps: Deps, batch: BatchInHand, maker: Actor, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const rows = await deps.batches.waiting(batch, chunk)
    if (rows.length === 0) return deps.batches.finish(batch)
    const outcomes = await Promise.all(rows.map((row) => endRow(deps, batch, maker, row)))
    await tellOfRows(deps, batch, rows, outcomes)
    if ((await deps.batches.record(batch, outcomes, leaseMs)) === 'lost') return false
  }
  return false
}

async function endRow(deps: Deps, batch: BatchInHand, maker: Actor, row: WaitingRow): Promise<RowOutcome> {
  const { line } = row
  const asked = openRow(deps, batch, row)
  if (!asked.ok) return { line, payoutId: null, refused: { code: 'row_unreadable' } }
  try {
    const made = await findRepeated(deps, maker, rowIntent(row.key, asked.body))
    if (made?.ok) return { line, payoutId: made.payout.id, refused: null }
    if (made?.code === 'unavailable') return later(row)
    return { line, payoutId: null, refused: { code: 'batch_cancelled' } }
  } catch (error) {
    deps.log.error(
      { err: error, batchId: batch.id, line },
      'a row of a cancelled batch could not be looked up',
    )
    return later(row)
  }
}

/** This worker was so slow that another one has the batch. If that one has cancelled rows by now, what was just made of them is cancelled too. */
export async function takeBackUnnoted(
  deps: Deps,
  { id }: BatchInHand,
  maker: Actor,
  outcomes: readonly RowOutcome[],
): Promise<void> {
  const batch = await deps.batches.find(id)
  if (batch?.cancelledAt == null) return
  const made = await deps.payouts.findMany(outcomes.flatMap(({ payoutId }) => payoutId ?? []))
  for (const payout of made) if (payout.createdAt >= batch.madeAt) await takeBack(deps, maker, payout)
}

type Cancelled = NonNullable<Awaited<ReturnType<Deps['batches']['find']>>>

function cancellerOf(batch: Cancelled | null): Actor {
  const name = batch?.cancelledByName
  if (!batch || name == null) throw new Error('Bug: this batch was not cancelled')
  const { cancelledById, cancelledByKeyId, apiKeyOwnerId } = batch
  return cancelledById !== null
    ? { kind: 'user', id: cancelledById, role: 'clerk', name, receiverId: null }
    : {
        ...{ kind: 'api_key', id: cancelledByKeyId ?? '', name },
        ...{ ownerId: apiKeyOwnerId, scopes: ['payouts:write'] },
      }
}
