/**
 * Writes payouts with a past, for the demo alone: the times are given, everything else holds as for any payout. Guards and the history's
 * chain are on, so what could not have happened is refused. No verb reaches this.
 */
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { CodeWords } from '#lib/payouts/error-codes.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import { approvalRows, eventRows, itemRows, payoutRow, standOf, transferRows } from './past-rows.ts'
import type { PastPayout, Row } from './past-rows.ts'

export type PastGrant = {
  id: string
  receiverId: string
  currency: string
  amountMinor: bigint
  reference: string
  at: Date
}

/** All of it or, if the first payout is there already, nothing. Returns whether it was written. Oldest payouts first. */
export function writePast(
  prisma: PrismaClient,
  vault: Vault,
  grants: readonly PastGrant[],
  payouts: readonly PastPayout[],
  words: Readonly<Record<string, CodeWords>>,
): Promise<boolean> {
  return prisma.$transaction(async (tx) => {
    // Two seeds at once write it once.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('demo past', 0))`
    const [first] = payouts
    if (!first || (await tx.payout.findUnique({ where: { id: first.id }, select: { id: true } })))
      return false
    await writeGrants(tx, grants)
    // Approvals are given to what waits for them, so all begin there and then move to where their history ends.
    await insert(
      tx,
      'payout',
      payouts.map((payout) => payoutRow(payout, vault)),
    )
    await insert(tx, 'payout_event', payouts.flatMap(eventRows))
    await insert(tx, 'approval', payouts.flatMap(approvalRows))
    await insert(
      tx,
      'ledger_transfer',
      payouts.flatMap(transferRows).sort((a, b) => a.at.getTime() - b.at.getTime()),
    )
    await endAll(tx, payouts)
    await insert(tx, 'open_item', payouts.flatMap(itemRows))
    await writeWords(tx, words)
    return true
  })
}

/** Of codes that nobody has written about. A worker may have met one already. */
async function writeWords(tx: Transaction, words: Readonly<Record<string, CodeWords>>): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO error_code (code, words) SELECT key, value FROM jsonb_each(${JSON.stringify(words)}::jsonb)
    ON CONFLICT (code) DO UPDATE SET words = excluded.words WHERE error_code.words IS NULL`
}

type Table = 'payout' | 'payout_event' | 'approval' | 'ledger_transfer' | 'open_item' | 'grant_row'

/** Rows in this order, with all their columns named alike. Columns that no row names keep their defaults. */
async function insert(tx: Transaction, table: Table, rows: readonly Row[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = Object.keys(first).join(', ')
  await tx.$executeRawUnsafe(
    `INSERT INTO ${table} (${columns})
     SELECT ${columns} FROM jsonb_populate_recordset(null::${table}, $1::jsonb) WITH ORDINALITY AS given ORDER BY ordinality`,
    JSON.stringify(toJson(rows.map(plain))),
  )
}

const plain = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  )

async function writeGrants(tx: Transaction, grants: readonly PastGrant[]): Promise<void> {
  const about = grants.map(({ id, receiverId, currency, amountMinor, reference, at }) => ({
    grant: {
      id,
      receiver_id: receiverId,
      currency,
      amount_minor: amountMinor,
      reference,
      source: 'operator',
      actor_kind: 'operator',
      actor_name: 'Demo data',
      created_at: at,
      payable_from: at,
    },
    transfer: {
      at,
      receiver_id: receiverId,
      currency,
      amount_minor: amountMinor,
      debit: 'granted',
      credit: 'available',
      kind: 'grant',
      grant_id: id,
      actor_name: 'Demo data',
    },
  }))
  await insert(
    tx,
    'grant_row',
    about.map(({ grant }) => grant),
  )
  await insert(
    tx,
    'ledger_transfer',
    about.map(({ transfer }) => transfer),
  )
}

/** Moves every payout to where its history ends. What is over is due no more. */
async function endAll(tx: Transaction, payouts: readonly PastPayout[]): Promise<void> {
  const ends = payouts.map((payout) => {
    const { status, since, version } = standOf(payout)
    const { facts, currency } = payout
    return {
      id: payout.id,
      status,
      version,
      stage_since: since,
      updated_at: payout.steps.at(-1)?.at ?? payout.createdAt,
      final_at: isFinal(status) ? since : null,
      gateway_status: facts.gatewayStatus ?? null,
      gateway_stage: facts.gatewayStage ?? null,
      gateway_amount: facts.gatewayStatus === undefined ? null : formatAmount(payout.amountMinor, currency),
      gateway_currency: facts.gatewayStatus === undefined ? null : currency,
      validated_at: facts.validatedAt ?? null,
      pay_claimed_at: facts.payClaimedAt ?? null,
      approved_at: facts.approvedAt ?? null,
      approved_by_id: facts.approvedById ?? null,
      cooling_off_until: facts.coolingOffUntil ?? null,
      expires_at: facts.expiresAt ?? null,
      gateway_code: facts.gatewayCode ?? null,
      gateway_message: facts.gatewayMessage ?? null,
      failure_message: facts.failureMessage ?? null,
    }
  })
  const [first] = ends
  if (!first) return
  const sets = Object.keys(first)
    .filter((column) => column !== 'id')
    .map((column) => `${column} = given.${column}`)
  await tx.$executeRawUnsafe(
    `UPDATE payout SET ${sets.join(', ')} FROM jsonb_populate_recordset(null::payout, $1::jsonb) AS given WHERE payout.id = given.id`,
    JSON.stringify(toJson(ends)),
  )
  const work = payouts.map(({ id, progress }) => ({ payout_id: id, progress }))
  await tx.$executeRawUnsafe(
    `UPDATE payout_work SET progress = given.progress, due_at = CASE WHEN payout.final_at IS NULL THEN payout_work.due_at END
     FROM jsonb_populate_recordset(null::payout_work, $1::jsonb) AS given JOIN payout ON payout.id = given.payout_id
     WHERE payout_work.payout_id = given.payout_id`,
    JSON.stringify(toJson(work)),
  )
}
