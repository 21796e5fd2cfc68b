/**
 * The money equation, from three books that are written together and read separately: the history says what was asked for, the payouts
 * where it went, the ledger what is reserved for it. About once a minute for what changed, once a day for everything.
 */
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { openItem } from '#lib/db/payout/payout-changes.ts'
import { foldSums, rebaseSums, sumsNow } from '#lib/db/payout/payout-sums.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { MoneyCheck, MoneyLine, PayoutSum } from '#lib/services/ports.ts'
import { archivedRequests } from './archived-requests.ts'
import type { Requested } from './archived-requests.ts'
import { compareAll, compareChanged, numberPages, sentences } from './compare-books.ts'

/** Which part of the equation each status counts in. */
const sideOf = {
  requested: 'inFlightMinor',
  checking: 'inFlightMinor',
  awaiting_approval: 'inFlightMinor',
  approved: 'inFlightMinor',
  paying: 'inFlightMinor',
  action_required: 'inFlightMinor',
  processing: 'inFlightMinor',
  outcome_unknown: 'unknownMinor',
  paid: 'paidMinor',
  declined: 'failedMinor',
  filtered: 'failedMinor',
  failed: 'failedMinor',
  rejected: 'rejectedMinor',
  cancelled: 'cancelledMinor',
  expired: 'expiredMinor',
} as const satisfies Record<PayoutStatus, Exclude<keyof MoneyLine, 'currency' | 'requestedMinor'>>

/** As many rows of payouts or events are added up in one statement. */
const addedAtOnce = 200_000
/** Long enough for a hundred million rows, in statements of a second each. */
const oneSnapshot = { isolationLevel: 'RepeatableRead', timeout: 600_000 } as const
/** A worker that computes it extends its turn as it goes; one that died holds the others up for this long. */
const turnMs = 120_000
/** Between two that look at everything. Those in between look at what changed since. */
const wholeEveryHours = 24
/** A transfer's number may become visible after later ones; looking at this many again costs next to nothing. */
const transfersAgain = 1_000n

/** Everything, whatever was looked at before. */
export async function check(prisma: PrismaClient): Promise<MoneyCheck> {
  await foldSums(prisma)
  return computeWhole(prisma, () => Promise.resolve())
}

/** Null if it was computed within this time, or another worker is at it. Brings the kept sums up to date in any case. */
export async function checkUnlessRecent(prisma: PrismaClient, withinMs: number): Promise<MoneyCheck | null> {
  await foldSums(prisma)
  const turn = await takeTurn(prisma, withinMs)
  if (turn === null) return null
  // Once more, up to what the first call saw, so that this check sees it too.
  await foldSums(prisma)
  try {
    return turn.whole
      ? await computeWhole(prisma, () => extendTurn(prisma))
      : await computeChanged(prisma, turn.wholeAt)
  } finally {
    await prisma.$executeRaw`UPDATE books_mark SET comparing_until = NULL`
  }
}

/** While something is wrong it is always the whole, so that an old row which was set right again is seen at once. */
async function takeTurn(
  prisma: PrismaClient,
  withinMs: number,
): Promise<{ whole: boolean; wholeAt: Date | null } | null> {
  const [turn] = await prisma.$queryRaw<{ whole: boolean; wholeAt: Date | null }[]>`
    UPDATE books_mark SET comparing_until = clock_timestamp() + ${turnMs}::int * interval '1 millisecond'
    WHERE (comparing_until IS NULL OR comparing_until < clock_timestamp())
      AND NOT EXISTS (SELECT FROM money_check WHERE checked_at > clock_timestamp() - ${BigInt(withinMs)} * interval '1 millisecond')
    RETURNING NOT EXISTS (
        SELECT FROM money_check WHERE balanced AND whole_at > clock_timestamp() - make_interval(hours => ${wholeEveryHours}::int)) AS whole,
      (SELECT whole_at FROM money_check) AS "wholeAt"`
  return turn ?? null
}

async function extendTurn(prisma: PrismaClient): Promise<void> {
  await prisma.$executeRaw`
    UPDATE books_mark SET comparing_until = clock_timestamp() + ${turnMs}::int * interval '1 millisecond'`
}

type Mark = {
  eventId: bigint
  comparedEventId: bigint
  transferId: bigint
  comparedTransferId: bigint
  grantsFrom: Date
  now: Date
}

/** Everything up to here is there: what is written later is looked at next time. */
async function readMark(prisma: PrismaClient): Promise<Mark> {
  const [mark] = await prisma.$queryRaw<Mark[]>`
    SELECT last_event_id AS "eventId", compared_event_id AS "comparedEventId", compared_transfer_id AS "comparedTransferId",
           (SELECT coalesce(max(id), 0) FROM ledger_transfer) AS "transferId", compared_grants_until AS "grantsFrom",
           now() - interval '1 minute' AS now
    FROM books_mark`
  if (!mark) throw new Error('Bug: the mark of the books is gone')
  return mark
}

/** Sums of all rows in one snapshot, then every row of the three books against the others. */
async function computeWhole(prisma: PrismaClient, goOn: () => Promise<void>): Promise<MoneyCheck> {
  const mark = await readMark(prisma)
  const { requested, went, kept } = await prisma.$transaction(addUp, oneSnapshot)
  const lines = linesOf(requested, went)
  const wrong = [...lines.flatMap(unequal), ...sentences(await compareAll(prisma, goOn))]
  // The books agree, so it is the sums that are wrong. After trouble they may be: they were counted while a row was not what it is now.
  if (wrong.length === 0 && !sameSums(went, kept)) {
    const wasBroken = (await lastCheck(prisma))?.balanced === false
    await rebaseSums(prisma)
    if (!wasBroken)
      wrong.push('The sums that were kept were not those of the payouts. They have been added up again.')
  }
  return keep(prisma, mark, lines, wrong, 'now')
}

/** The kept sums, and what changed since the last time. The history alone makes those sums; each payout that changed is compared with it. */
async function computeChanged(prisma: PrismaClient, wholeAt: Date | null): Promise<MoneyCheck> {
  const mark = await readMark(prisma)
  const found = await compareChanged(prisma, {
    after: mark.comparedEventId,
    upto: mark.eventId,
    transfersAfter: mark.comparedTransferId - transfersAgain,
    grantsFrom: mark.grantsFrom,
  })
  const went = await sumsNow(prisma)
  return keep(prisma, mark, linesOf(went, went), sentences(found), wholeAt)
}

async function addUp(
  tx: Transaction,
): Promise<{ requested: Requested[]; went: PayoutSum[]; kept: PayoutSum[] }> {
  const requested = new Map<string, bigint>()
  for await (const [after, upto] of numberPages(tx, Prisma.sql`payout_event`, addedAtOnce)) {
    // Older events don't name the amount; then the payout's own row does.
    const rows = await tx.$queryRaw<Requested[]>`
      SELECT coalesce(e.data ->> 'currency', p.currency, '???') AS currency,
             sum(coalesce((e.data ->> 'amountMinor')::bigint, p.amount_minor, 0))::bigint AS "amountMinor"
      FROM payout_event e LEFT JOIN payout p ON p.id = e.payout_id
        AND (NOT e.data ? 'currency' OR NOT e.data ? 'amountMinor')
      WHERE e.id > ${after} AND e.id <= ${upto} AND e.kind = 'requested' GROUP BY 1`
    for (const { currency, amountMinor } of rows)
      requested.set(currency, (requested.get(currency) ?? 0n) + amountMinor)
  }
  for await (const { currency, amountMinor } of archivedRequests(tx, addedAtOnce))
    requested.set(currency, (requested.get(currency) ?? 0n) + amountMinor)
  const [ends] = await tx.$queryRaw<{ first: bigint | null; last: bigint | null }[]>`
    SELECT min(seq) AS first, max(seq) AS last FROM payout`
  const went = new Map<string, PayoutSum>()
  for (let from = ends?.first ?? 1n; from <= (ends?.last ?? 0n); from += BigInt(addedAtOnce)) {
    const rows = await tx.$queryRaw<PayoutSum[]>`
      SELECT currency, status, count(*)::int AS count, sum(amount_minor)::bigint AS "amountMinor"
      FROM payout WHERE seq >= ${from} AND seq < ${from + BigInt(addedAtOnce)} GROUP BY 1, 2`
    for (const row of rows) {
      const key = `${row.currency} ${row.status}`
      const sum = went.get(key) ?? { ...row, count: 0, amountMinor: 0n }
      went.set(key, { ...sum, count: sum.count + row.count, amountMinor: sum.amountMinor + row.amountMinor })
    }
  }
  return {
    requested: [...requested].map(([currency, amountMinor]) => ({ currency, amountMinor })),
    went: [...went.values()],
    kept: await sumsNow(tx),
  }
}

function sameSums(one: PayoutSum[], other: PayoutSum[]): boolean {
  const text = (sums: PayoutSum[]) =>
    sums
      .map(({ currency, status, count, amountMinor }) => `${currency} ${status} ${count} ${amountMinor}`)
      .sort()
  return text(one).join('\n') === text(other).join('\n')
}

function linesOf(requested: Requested[], went: PayoutSum[]): MoneyLine[] {
  const currencies = [...new Set([...requested, ...went].map(({ currency }) => currency))].sort()
  return currencies.map((currency) => {
    const line: MoneyLine = {
      currency,
      requestedMinor: requested.reduce(
        (sum, one) => (one.currency === currency ? sum + one.amountMinor : sum),
        0n,
      ),
      paidMinor: 0n,
      inFlightMinor: 0n,
      rejectedMinor: 0n,
      cancelledMinor: 0n,
      expiredMinor: 0n,
      failedMinor: 0n,
      unknownMinor: 0n,
    }
    for (const part of went.filter((one) => one.currency === currency))
      line[sideOf[part.status]] += part.amountMinor
    return line
  })
}

function unequal(line: MoneyLine): string[] {
  const parts =
    line.paidMinor +
    line.inFlightMinor +
    line.rejectedMinor +
    line.cancelledMinor +
    line.expiredMinor +
    line.failedMinor +
    line.unknownMinor
  if (parts === line.requestedMinor) return []
  const money = (minor: bigint) => displayAmount(minor, line.currency)
  return [
    `By the history ${money(line.requestedMinor)} was asked for, and the payouts account for ${money(parts)}.`,
  ]
}

/** Stores the answer with how far it reached, and opens or closes the item. `wholeAt`: when all was compared last. */
async function keep(
  prisma: PrismaClient,
  mark: Mark,
  lines: MoneyLine[],
  wrong: string[],
  wholeAt: Date | 'now' | null,
): Promise<MoneyCheck> {
  const balanced = wrong.length === 0
  const result = JSON.stringify({ lines, wrong }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  const whole = wholeAt === 'now' ? Prisma.sql`clock_timestamp()` : Prisma.sql`${wholeAt}::timestamptz`
  return prisma.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ checkedAt: Date; brokenSince: Date | null; wholeAt: Date | null }[]>`
      INSERT INTO money_check (id, checked_at, balanced, result, broken_since, whole_at)
      VALUES (1, clock_timestamp(), ${balanced}, ${result}::jsonb,
        ${balanced ? Prisma.sql`NULL` : Prisma.sql`clock_timestamp()`}, ${whole})
      ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at, balanced = excluded.balanced, result = excluded.result,
        broken_since = CASE WHEN excluded.balanced THEN NULL ELSE coalesce(money_check.broken_since, excluded.broken_since) END,
        whole_at = excluded.whole_at
      RETURNING checked_at AS "checkedAt", broken_since AS "brokenSince", whole_at AS "wholeAt"`
    if (!row) throw new Error('Bug: the money equation was not kept')
    await tx.$executeRaw`
      UPDATE books_mark SET compared_event_id = GREATEST(compared_event_id, ${mark.eventId}),
        compared_transfer_id = GREATEST(compared_transfer_id, ${mark.transferId}),
        compared_grants_until = GREATEST(compared_grants_until, ${mark.now})`
    if (balanced)
      await tx.openItem.updateMany({
        where: { openKey: 'money_equation:', closedAt: null },
        data: { closedAt: new Date(), closeReason: 'Everything adds up again.', openKey: null },
      })
    else
      await openItem(
        tx,
        {
          kind: 'money_equation',
          severity: 'critical',
          what: 'The money does not add up',
          why: `${wrong.slice(0, 5).join(' ')}${wrong.length > 5 ? ` And ${wrong.length - 5} more.` : ''} Stop payments until it is understood.`,
        },
        null,
      )
    return { ...row, balanced, lines, wrong }
  })
}

export async function lastCheck(prisma: PrismaClient): Promise<MoneyCheck | null> {
  const row = await prisma.moneyCheck.findUnique({ where: { id: 1 } })
  if (!row) return null
  // Only `keep` above writes it.
  const { lines, wrong } = row.result as { lines: Record<string, string>[]; wrong: string[] }
  const minor = (line: Record<string, string>, name: string) => BigInt(line[name] ?? '0')
  return {
    checkedAt: row.checkedAt,
    balanced: row.balanced,
    brokenSince: row.brokenSince,
    wholeAt: row.wholeAt,
    wrong,
    lines: lines.map((line) => ({
      currency: line['currency'] ?? '',
      requestedMinor: minor(line, 'requestedMinor'),
      paidMinor: minor(line, 'paidMinor'),
      inFlightMinor: minor(line, 'inFlightMinor'),
      rejectedMinor: minor(line, 'rejectedMinor'),
      cancelledMinor: minor(line, 'cancelledMinor'),
      expiredMinor: minor(line, 'expiredMinor'),
      failedMinor: minor(line, 'failedMinor'),
      unknownMinor: minor(line, 'unknownMinor'),
    })),
  }
}
