/**
 * Keeps `payout_search`: what people look payouts up by and what never changes. A worker writes its rows in batches, and a search first
 * writes those that are missing, so that it finds every payout and neither requests nor moves pay for the indexes.
 */
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { openFields } from '#lib/db/seal/sealed-fields.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { accountFields } from '#lib/payouts/fields.ts'
import type { ListedSource } from '#lib/payouts/policy.ts'
import { payoutPlace } from './payout-rows.ts'

/** Rows of one statement. */
const batch = 2_000
/** A search writes no more than this for itself; after an upgrade a worker needs some minutes for a million. */
const batchesOfASearch = 5

type Unwritten = {
  id: string
  seq: bigint
  createdAt: Date
  source: string
  currency: string
  amountMinor: bigint
  clientOrderId: string
  description: string | null
  metadata: Record<string, string | number | boolean | null>
  sealed: string | null
}
type Mark = { lastSeq: bigint; isSafe: boolean; printKey: string; printedSeq: bigint }

/** Writes the rows that are missing, as many as a search waits for. Any number may do so at a time. */
export const catchUpSearch = (prisma: PrismaClient, vault: Vault): Promise<void> =>
  writeMissing(prisma, vault, (batches) => batches < batchesOfASearch)

/** The worker's part: the same until everything is written, and the prints again after the data key was replaced. */
export async function keepSearch(prisma: PrismaClient, vault: Vault, signal?: AbortSignal): Promise<void> {
  await writeMissing(prisma, vault, () => !signal?.aborted)
  while (!signal?.aborted && !(await printBatch(prisma, vault, await readMark(prisma))));
}

async function writeMissing(
  prisma: PrismaClient,
  vault: Vault,
  goesOn: (batches: number) => boolean,
): Promise<void> {
  const mark = await readMark(prisma)
  let after: bigint | null = mark.lastSeq
  for (let batches = 0; after !== null; batches++) {
    if (!goesOn(batches)) return
    after = await writeBatch(prisma, vault, after)
  }
  if (mark.isSafe) await moveMark(prisma, mark.lastSeq)
}

async function readMark(prisma: PrismaClient): Promise<Mark> {
  // A payout takes its number a moment before its transaction has an id, hence the seconds beside the ids.
  const [mark] = await prisma.$queryRaw<Mark[]>`
    SELECT last_seq AS "lastSeq", print_key AS "printKey", printed_seq AS "printedSeq",
      seen_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND seen_at < now() - interval '10 seconds' AS "isSafe"
    FROM payout_search_mark`
  if (!mark) throw new Error('Bug: payout_search_mark has no row')
  return mark
}

/** The number to go on from; null: nothing is missing any more. */
async function writeBatch(prisma: PrismaClient, vault: Vault, after: bigint): Promise<bigint | null> {
  const rows = await prisma.$queryRaw<Unwritten[]>`
    SELECT p.id, p.seq, p.created_at AS "createdAt", p.source::text AS source, p.currency, p.amount_minor AS "amountMinor",
      p.client_order_id AS "clientOrderId", p.description, p.metadata, p.destination_sealed AS sealed
    FROM payout p WHERE p.seq > ${after} AND NOT EXISTS (SELECT FROM payout_search s WHERE s.seq = p.seq OFFSET 0)
    ORDER BY p.seq LIMIT ${batch}`
  if (rows.length > 0)
    await prisma.payoutSearch.createMany({
      data: rows.map((row) => searchRow(row, vault)),
      skipDuplicates: true,
    })
  return rows.length < batch ? null : (rows.at(-1)?.seq ?? null)
}

/** The payouts seen at an earlier call are all written by now. Somebody else may have moved the mark; then theirs counts. */
const moveMark = (prisma: PrismaClient, lastSeq: bigint) => prisma.$executeRaw`
  UPDATE payout_search_mark SET last_seq = seen_seq, seen_at = now(), seen_xid = pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
    seen_seq = GREATEST(seen_seq, (SELECT coalesce(max(seq), 0) FROM payout))
  WHERE last_seq = ${lastSeq} AND seen_at < now() - interval '10 seconds'`

function searchRow(row: Unwritten, vault: Vault) {
  const { seq, createdAt, source, currency, amountMinor, clientOrderId, description, metadata } = row
  const lines = [description ?? '', ...Object.values(metadata).map(String)]
  return {
    seq,
    createdAt,
    source: source as ListedSource,
    currency,
    amountMinor,
    clientOrderId,
    ...printsOfRow(row, vault),
    text: lines.filter((line) => line !== '').join('\n'),
  }
}

function printsOfRow({ id, sealed }: Pick<Unwritten, 'id' | 'sealed'>, vault: Vault) {
  const fields = sealed === null ? {} : openFields(vault, sealed, payoutPlace(id)).fields
  const account = accountFields.map((name) => fields[name]).find((number) => number !== undefined)
  return {
    bankPrint: bankPrints(vault, fields['bank_name'] ?? '')[0] ?? null,
    accountPrint: accountPrints(vault, account ?? '')[0] ?? null,
  }
}

/** After the data key was replaced, the prints of one batch under the current one. True when all are. */
async function printBatch(
  prisma: PrismaClient,
  vault: Vault,
  { printKey, printedSeq }: Mark,
): Promise<boolean> {
  if (printKey === vault.currentPrefix) return true
  const rows = await prisma.$queryRaw<{ id: string; seq: bigint; sealed: string | null }[]>`
    SELECT p.id, s.seq, p.destination_sealed AS sealed FROM payout_search s JOIN payout p ON p.seq = s.seq
    WHERE s.seq > ${printedSeq} ORDER BY s.seq LIMIT ${batch}`
  const prints = rows.map((row) => printsOfRow(row, vault))
  await prisma.$executeRaw`
    UPDATE payout_search s SET bank_print = new.bank, account_print = new.account
    FROM unnest(${rows.map(({ seq }) => seq)}::bigint[], ${prints.map(({ bankPrint }) => bankPrint)}::text[],
      ${prints.map(({ accountPrint }) => accountPrint)}::text[]) AS new (seq, bank, account)
    WHERE s.seq = new.seq AND (s.bank_print, s.account_print) IS DISTINCT FROM (new.bank, new.account)`
  const isDone = rows.length < batch
  await prisma.$executeRaw`
    UPDATE payout_search_mark SET printed_seq = ${isDone ? 0n : (rows.at(-1)?.seq ?? 0n)},
      print_key = ${isDone ? vault.currentPrefix : printKey}
    WHERE print_key = ${printKey} AND printed_seq = ${printedSeq}`
  return isDone
}

/** Half of a keyed hash: enough that two banks never share one by chance. */
const shortPrint = 22

const printsUnder = (vault: Vault, what: string, text: string) =>
  text === '' ? [] : vault.prints(`${what}:${text}`).map((print) => print.slice(0, shortPrint))

/** A bank's name under each key, the current one first. Case, accents, spacing and punctuation don't matter. */
export const bankPrints = (vault: Vault, name: string): string[] =>
  printsUnder(
    vault,
    'bank',
    name
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .join(' ')
      .trim(),
  )

/** A whole account number under each key, the current one first. Only letters and digits count, in any case. */
export const accountPrints = (vault: Vault, account: string): string[] =>
  printsUnder(vault, 'account', account.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, ''))

/** Are these prints among the row's? For conditions on `s`, a row of `payout_search`. */
export const hasPrint = (column: 'bank_print' | 'account_print', prints: string[]): Prisma.Sql =>
  Prisma.sql`${Prisma.raw(`s.${column}`)} = ANY (${prints}::text[])`
