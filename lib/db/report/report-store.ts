/** Figures for the desk's reports, and how long payouts take. Each reads a bounded part of the payouts, whatever there is before it. */
import type { Database } from '#lib/db/engine/client.ts'
import { payoutPlace } from '#lib/db/payout/payout-rows.ts'
import { bankPrints, catchUpSearch } from '#lib/db/payout/search-rows.ts'
import { openFields } from '#lib/db/seal/sealed-fields.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import type { CurrencyReport, Durations, OpenByDay, Report, ReportStore } from '#lib/services/ports.ts'
import { createArrival } from './arrival.ts'

/** The most payouts that one report reads: two seconds or so. */
export const readAtMost = 200_000
/** Of one person. */
const approvalsAtMost = 5_000
const openAtMost = 20_000
/** Transactions that took longer than others: numbers are given in order, times a little out of it. */
const outOfOrder = 1_000

export function createReportStore(prisma: Database, vault: Vault): ReportStore {
  return { ...readReports(prisma, vault), arrival: createArrival(prisma.sql) }
}

/** The figures alone, of the primary or a standby. There banks are counted as far as a worker has written what searches look up. */
export function readReports(
  prisma: Database,
  vault: Vault,
  { isStandby = false } = {},
): Pick<ReportStore, 'since' | 'openByDay' | 'startOf'> {
  return {
    async since(from, zone) {
      if (!isStandby) await catchUpSearch(prisma, vault)
      return since(prisma, vault, from, zone)
    },
    openByDay: (zone) => openByDay(prisma, zone),
    async startOf(days, zone) {
      const [row] = await prisma.sql.query<{ at: Date }>(
        `SELECT (((now() AT TIME ZONE $1)::date - ($2::int - 1))::timestamp AT TIME ZONE $1) AS at`,
        [zone, days],
      )
      if (!row) throw new Error('Bug: a selection without a row')
      return row.at
    },
  }
}

/**
 * Part `halves` of a statement: the number from which on payouts were asked for at `at` or later, found by halving. Numbers are given in
 * the order of time, so no index on the time is needed.
 */
const firstSince = (at: string) => `
  halves AS (
    SELECT (SELECT min(seq) FROM payout) AS low, (SELECT max(seq) + 1 FROM payout) AS high, 0 AS n
    UNION ALL
    SELECT CASE WHEN mid.is_before THEN mid.seq + 1 ELSE halves.low END,
      CASE WHEN mid.is_before THEN halves.high ELSE halves.low + (halves.high - halves.low) / 2 END, n + 1
    FROM halves CROSS JOIN LATERAL (
      SELECT seq, created_at < ${at} AS is_before FROM payout
      WHERE seq >= halves.low + (halves.high - halves.low) / 2 ORDER BY seq LIMIT 1) AS mid
    WHERE halves.low < halves.high AND n < 64)`

const fromHalves = `(SELECT low - ${outOfOrder} FROM halves ORDER BY n DESC LIMIT 1)`

const durations = (from: string, to: string) => `
  count(*)::int AS count, round((percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM ${to} - ${from})))[1] * 1000)::float8 AS "p50Ms",
  round((percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM ${to} - ${from})))[2] * 1000)::float8 AS "p95Ms"`

const listOf = (part: string, order: string) =>
  `(SELECT coalesce(json_agg(to_json(${part}) ORDER BY ${order}), '[]') FROM ${part}) AS ${part}`

/** Everything in one statement, so that all charts are of one moment. */
const reportStatement = `
  WITH RECURSIVE ${firstSince('$1::timestamptz')},
  own AS MATERIALIZED (
    SELECT id, seq, (created_at AT TIME ZONE $2)::date AS day, currency, status, amount_minor, gateway_code, created_at, approved_at, final_at,
      approvals_required, policy_note
    FROM payout WHERE seq >= ${fromHalves} AND created_at >= $1::timestamptz ORDER BY seq DESC LIMIT $3::int),
  days AS (
    SELECT currency, day, status, count(*)::int AS count, sum(amount_minor)::text AS amount FROM own GROUP BY 1, 2, 3),
  codes AS (
    SELECT * FROM (
      SELECT currency, gateway_code AS code, count(*)::int AS count, sum(amount_minor)::text AS amount,
        row_number() OVER (PARTITION BY currency ORDER BY count(*) DESC, gateway_code) AS place
      FROM own WHERE status IN ('declined', 'filtered', 'failed') GROUP BY 1, 2) AS each WHERE place <= 20),
  -- Counted by keyed hashes of the names, as the list finds them. One payout of each says its name.
  banks AS (
    SELECT * FROM (
      SELECT own.currency, count(*) FILTER (WHERE own.status = 'paid')::int AS paid, count(*)::int AS ended, max(own.seq)::text AS example,
        s.bank_print IS NOT NULL AS named, row_number() OVER (PARTITION BY own.currency ORDER BY count(*) DESC, max(own.seq)) AS place
      FROM own JOIN payout_search s ON s.seq = own.seq
      WHERE own.status IN ('paid', 'declined', 'filtered', 'failed') GROUP BY own.currency, s.bank_print) AS each WHERE place <= 20),
  approved AS (
    SELECT currency, ${durations('created_at', 'approved_at')} FROM own
    WHERE approved_at IS NOT NULL AND approvals_required > 0 GROUP BY 1),
  ended AS (SELECT currency, ${durations('created_at', 'final_at')} FROM own WHERE final_at IS NOT NULL GROUP BY 1),
  rules AS (
    SELECT currency, demand ->> 'rule' AS rule, ${durations('created_at', 'approved_at')}
    FROM own, jsonb_array_elements(CASE jsonb_typeof(policy_note -> 'demands') WHEN 'array' THEN policy_note -> 'demands' ELSE '[]' END) AS demand
    WHERE approved_at IS NOT NULL AND approvals_required > 0 GROUP BY 1, 2),
  -- Jumps from one approver to the next in the index.
  people AS (
    (SELECT approver_id FROM approval ORDER BY approver_id LIMIT 1)
    UNION ALL
    SELECT (SELECT a.approver_id FROM approval a WHERE a.approver_id > people.approver_id ORDER BY a.approver_id LIMIT 1)
    FROM people WHERE people.approver_id IS NOT NULL),
  approvers AS (
    SELECT p.currency, people.approver_id AS id, coalesce(max(u.name), '') AS name, ${durations('p.created_at', 'given.at')}
    FROM people CROSS JOIN LATERAL (
      SELECT a.payout_id, a.at FROM approval a
      WHERE a.approver_id = people.approver_id AND a.at >= $1::timestamptz AND a.voided_at IS NULL ORDER BY a.at DESC LIMIT ${approvalsAtMost}) AS given
    JOIN payout p ON p.id = given.payout_id AND p.created_at >= $1::timestamptz
    LEFT JOIN app_user u ON u.id = people.approver_id
    GROUP BY 1, 2)
  SELECT (SELECT count(*)::int FROM own) AS read, ${listOf('days', 'day, status')}, ${listOf('codes', 'place')}, ${listOf('banks', 'place')}, ${listOf('approved', 'currency')},
    ${listOf('ended', 'currency')}, ${listOf('rules', 'rule')}, ${listOf('approvers', 'name, id')}`

type Sum = { currency: string; count: number; amount: string }
type Timed = { currency: string } & Durations
type ReportRow = {
  read: number
  days: (Sum & { day: string; status: PayoutStatus })[]
  codes: (Sum & { code: string | null })[]
  banks: { currency: string; paid: number; ended: number; example: string; named: boolean }[]
  approved: Timed[]
  ended: Timed[]
  rules: (Timed & { rule: string })[]
  approvers: (Timed & { id: string; name: string })[]
}

async function since(prisma: Database, vault: Vault, from: Date, zone: string): Promise<Report> {
  const [row] = await prisma.sql.query<ReportRow>(reportStatement, [from, zone, readAtMost])
  if (!row) throw new Error('Bug: a selection without a row')
  const names = await banksOf(
    prisma,
    vault,
    row.banks.filter(({ named }) => named).map(({ example }) => example),
  )
  const currencies = [...new Set(row.days.map(({ currency }) => currency))].sort()
  return {
    currencies: currencies.map((currency) => ({
      ...currencyReport(row, currency),
      banks: byName(
        vault,
        row.banks.filter((one) => one.currency === currency),
        names,
      ),
    })),
    cutAt: row.read < readAtMost ? null : readAtMost,
  }
}

/** The names of the banks that these payouts go to, by the payout's number. */
async function banksOf(prisma: Database, vault: Vault, seqs: string[]): Promise<Map<string, string>> {
  if (seqs.length === 0) return new Map()
  const rows = await prisma.sql.query<{ id: string; seq: string; sealed: string | null }>(
    `SELECT id, seq::text AS seq, destination_sealed AS sealed FROM payout WHERE seq = ANY ($1::bigint[])`,
    [seqs],
  )
  return new Map(
    rows.flatMap(({ id, seq, sealed }) => {
      const name =
        sealed === null ? undefined : openFields(vault, sealed, payoutPlace(id)).fields['bank_name']
      return name === undefined ? [] : [[seq, name] as const]
    }),
  )
}

/** A bank's payouts have two hashes while the data key is replaced. One whose name can't be opened is left out. */
function byName(
  vault: Vault,
  banks: ReportRow['banks'],
  names: ReadonlyMap<string, string>,
): CurrencyReport['banks'] {
  const found = new Map<string, CurrencyReport['banks'][number]>()
  for (const { paid, ended, example, named } of banks) {
    const bank = named ? names.get(example) : null
    if (bank === undefined) continue
    const key = bank === null ? '' : (bankPrints(vault, bank)[0] ?? '')
    const known = found.get(key)
    found.set(key, {
      bank: known?.bank ?? bank,
      paid: paid + (known?.paid ?? 0),
      ended: ended + (known?.ended ?? 0),
    })
  }
  return [...found.values()].sort((a, b) => b.ended - a.ended)
}

function currencyReport(row: ReportRow, currency: string): Omit<CurrencyReport, 'banks'> {
  const own = <T extends { currency: string }>(rows: T[]): T[] =>
    rows.filter((one) => one.currency === currency)
  const timed = ({ count, p50Ms, p95Ms }: Durations): Durations => ({ count, p50Ms, p95Ms })
  const [toApprove] = own(row.approved)
  const [toFinal] = own(row.ended)
  return {
    currency,
    days: own(row.days).map(({ day, status, count, amount }) => ({
      day,
      status,
      count,
      amountMinor: BigInt(amount),
    })),
    codes: own(row.codes).map(({ code, count, amount }) => ({ code, count, amountMinor: BigInt(amount) })),
    toApprove: toApprove ? timed(toApprove) : null,
    toFinal: toFinal ? timed(toFinal) : null,
    approvers: own(row.approvers).map(({ id, name, ...one }) => ({ id, name, ...timed(one) })),
    rules: own(row.rules).map(({ rule, ...one }) => ({ rule, ...timed(one) })),
  }
}

async function openByDay(prisma: Database, zone: string): Promise<OpenByDay> {
  const rows = await prisma.sql.query<Sum & { day: string }>(
    `SELECT currency, to_char(created_at AT TIME ZONE $1, 'YYYY-MM-DD') AS day, count(*)::int AS count, sum(amount_minor)::text AS amount
     FROM (
       SELECT found.* FROM unnest($2::payout_status[]) AS each (status), LATERAL (
         SELECT currency, created_at, amount_minor FROM payout p WHERE p.status = each.status ORDER BY p.seq LIMIT ${openAtMost}) AS found
       LIMIT ${openAtMost}) AS open
     GROUP BY 1, 2 ORDER BY 2, 1`,
    [zone, openStatuses],
  )
  return rows.map(({ currency, day, count, amount }) => ({
    currency,
    day,
    count,
    amountMinor: BigInt(amount),
  }))
}
