/** The worker's part of batches: payouts out of the rows of one that was submitted, some rows at a time. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { currencyPolicy } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { acceptRequest } from '#lib/services/payout/accept-request.ts'
import type { BatchInHand, Deps, RowOutcome, WaitingRow } from '#lib/services/ports.ts'
import { cancelTheRest, takeBackUnnoted } from './cancel-the-rest.ts'
import { failuresUntold, later, leaseMs, openRow, rowIntent } from './batch-row.ts'
import { tellOfRows, tellOfStumbling, tellThatItIsMade } from './batch-items.ts'
import { rowKey } from './check-batch.ts'

/** Rows that become payouts in one statement. */
const chunk = 100
/** At the same time where each needs a transaction of its own, because limits or balances must be counted under a lock. */
const aloneAtOnce = 4
/** So long a batch waits to be submitted; then what it asks for goes. */
const keptMs = 7 * 86_400_000

/**
 * Takes the next submitted batch to its end, or until the signal. Whatever dies in between, no row becomes two payouts: its key is their
 * idempotency key. A row whose payout was made but not noted yet finds it again. A row that fails stops no other: it is tried again later,
 * and after three failures people are told.
 */
export async function makePayoutsOfBatches(deps: Deps, signal: AbortSignal): Promise<void> {
  await deps.batches.dropOld(keptMs)
  const batch = await deps.batches.claim(leaseMs)
  if (!batch) return
  if (batch.stumbles > failuresUntold) await tellOfStumbling(deps, batch)
  const isCancelled = batch.cancelledAt !== null || (await makeRows(deps, batch, signal)) === 'cancelled'
  if (isCancelled && !signal.aborted) await cancelTheRest(deps, batch, makerOf(batch), signal)
}

async function makeRows(
  deps: Deps,
  batch: BatchInHand,
  signal: AbortSignal,
): Promise<'cancelled' | 'nothing more'> {
  const actor = makerOf(batch)
  while (!signal.aborted) {
    const rows = await deps.batches.waiting(batch, chunk)
    if (rows.length === 0) {
      if (await deps.batches.finish(batch)) await tellThatItIsMade(deps, batch)
      return 'nothing more'
    }
    const outcomes: RowOutcome[] = []
    // Those that ask in the same turn go into one statement.
    const atOnce = (await needsLocks(deps)) ? aloneAtOnce : rows.length
    for (let at = 0; at < rows.length; at += atOnce)
      outcomes.push(
        ...(await Promise.all(rows.slice(at, at + atOnce).map((row) => tryRow(deps, actor, batch, row)))),
      )
    // First people are told: a row that was refused is never looked at again.
    await tellOfRows(deps, batch, rows, outcomes)
    const recorded = await deps.batches.record(batch, outcomes, leaseMs)
    if (recorded === 'lost') await takeBackUnnoted(deps, batch, actor, outcomes)
    if (recorded !== 'kept') return recorded === 'cancelled' ? recorded : 'nothing more'
  }
  return 'nothing more'
}

/** Never throws: what goes wrong with one row is its own outcome. */
async function tryRow(deps: Deps, actor: Actor, batch: BatchInHand, row: WaitingRow): Promise<RowOutcome> {
  const { line } = row
  const asked = openRow(deps, batch, row)
  if (!asked.ok) return { line, payoutId: null, refused: { code: 'row_unreadable' } }
  try {
    const made = await acceptRequest(deps, actor, rowIntent(row.key, asked.body))
    if (made.ok) return { line, payoutId: made.payout.id, refused: null }
    const { code, detail, errors } = made
    // The key of an earlier payout may come back, and with it what that asks for.
    if (code === 'unavailable') return later(row)
    return { line, payoutId: null, refused: { code, ...(detail && { detail }), ...(errors && { errors }) } }
  } catch (error) {
    deps.log.error({ err: error, batchId: batch.id, line }, 'a row of a batch could not be made')
    return later(row)
  }
}

/** Who put it together asks for its payouts. What they may was checked when they submitted it. */
const makerOf = ({ madeById, madeByName, apiKeyId, apiKeyOwnerId }: BatchInHand): Actor =>
  madeById !== null
    ? { kind: 'user', id: madeById, role: 'clerk', name: madeByName, receiverId: null }
    : {
        kind: 'api_key',
        id: apiKeyId ?? '',
        name: madeByName,
        ownerId: apiKeyOwnerId,
        scopes: ['payouts:write'],
      }

async function needsLocks(deps: Pick<Deps, 'payouts' | 'config' | 'endpoints'>): Promise<boolean> {
  const { policy, settings } = await deps.payouts.opening(rowKey(''))
  return (
    settings.requireBalanceMerchant || (await currenciesPaid(deps)).some((one) => isLimited(policy.body, one))
  )
}

function isLimited(policy: Policy, currency: string): boolean {
  const { limits } = currencyPolicy(policy, currency)
  return limits.receiverDay !== null || limits.receiverMonth !== null
}
