/** What the merchant has at Cardzo: the latest answer of each endpoint, whose turn it is to ask, and what our payouts take from it. */
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { closeOpenItem, openItem } from '#lib/db/payout/payout-changes.ts'
import { lowSubject, staleAfterMs } from '#lib/payouts/merchant-balance.ts'
import type { Low, Owed } from '#lib/payouts/merchant-balance.ts'
import type { BalanceTrouble, ItemDraft, MerchantBalanceStore, OwedBy } from '#lib/services/ports.ts'

/** So many payouts that ended last are looked through for one of the endpoint's. */
const endedLooked = 100

export function createMerchantBalanceStore(prisma: Database): MerchantBalanceStore {
  return {
    async take(endpointId, { everyMs, soonerMs, lostMs, endpointIds }) {
      const [row] = await prisma.sql.query<{ takenAt: Date }>(takeTurn, [
        ...[endpointId, lostMs, everyMs, soonerMs],
        [...endpointIds],
      ])
      return row?.takenAt ?? null
    },

    async giveBack(endpointId) {
      await prisma.merchantBalanceTurn.update({
        where: { endpointId },
        data: { takenAt: null, doneAt: new Date() },
      })
    },

    keep: (endpointId, askedAt, balances) =>
      prisma.$transaction(async (tx) => {
        await endTurn(tx, endpointId, null, null)
        await tx.merchantBalance.deleteMany({ where: { endpointId } })
        await tx.merchantBalance.createMany({
          data: balances.map((balance) => ({ ...balance, endpointId, askedAt })),
        })
        const told = [...new Set(balances.map(({ currency }) => currency))]
        await endLow(tx, { endpointId, currency: { notIn: told } }, 'Cardzo no longer names this balance.')
      }),

    fail: (endpointId, trouble, said) => endTurn(prisma, endpointId, trouble, said),

    async list() {
      const [balances, turns] = await Promise.all([
        prisma.merchantBalance.findMany({
          orderBy: [{ endpointId: 'asc' }, { currency: 'asc' }, { name: 'asc' }],
        }),
        prisma.merchantBalanceTurn.findMany({ where: { askedAt: { not: null } } }),
      ])
      return {
        balances,
        asked: turns.flatMap(({ endpointId, askedAt, trouble, said }) =>
          // Only this room writes troubles, through the port's types.
          askedAt === null ? [] : [{ endpointId, askedAt, trouble: trouble as BalanceTrouble | null, said }],
        ),
      }
    },

    forgetOthers: (endpointIds) =>
      prisma.$transaction(async (tx) => {
        const others = { endpointId: { notIn: [...endpointIds] } }
        await tx.merchantBalance.deleteMany({ where: others })
        await tx.merchantBalanceTurn.deleteMany({ where: others })
        await endLow(tx, others, 'This balance is no longer asked for.')
      }),

    owed: (by) => owed(prisma, by),

    noteLow: ({ endpointId, currency }, low, draft) =>
      prisma.$transaction((tx) => noteLow(tx, { endpointId, currency }, low, draft)),
  }
}

const ago = (place: string) => `now() - ${place}::float8 * interval '1 millisecond'`

/** One that was never done is taken again once its worker must be dead. */
const takeTurn = `
  INSERT INTO merchant_balance_turn AS turn (endpoint_id, taken_at) VALUES ($1, now())
  ON CONFLICT (endpoint_id) DO UPDATE SET taken_at = now(), done_at = NULL
  WHERE turn.taken_at IS NULL
    OR CASE WHEN turn.done_at IS NULL THEN turn.taken_at < ${ago('$2')}
       ELSE turn.taken_at <= ${ago('$3')} OR (turn.taken_at <= ${ago('$4')} AND EXISTS (
         SELECT FROM (SELECT endpoint_id FROM payout WHERE order_id IS NOT NULL AND final_at > turn.taken_at
           ORDER BY final_at DESC LIMIT ${endedLooked}) AS ended
         WHERE ended.endpoint_id = ANY ($5::smallint[]))) END
  RETURNING taken_at AS "takenAt"`

async function endTurn(
  db: Database | Transaction,
  endpointId: number,
  trouble: BalanceTrouble | null,
  said: string | null,
): Promise<void> {
  await db.$executeRaw`
    UPDATE merchant_balance_turn SET done_at = now(), asked_at = taken_at, trouble = ${trouble}, said = ${said}
    WHERE endpoint_id = ${endpointId}`
}

async function endLow(
  tx: Transaction,
  where: { endpointId: number | { notIn: number[] }; currency?: string | { notIn: string[] } },
  reason: string,
): Promise<void> {
  const ended = await tx.merchantBalanceLow.findMany({ where })
  if (ended.length === 0) return
  await tx.merchantBalanceLow.deleteMany({ where })
  // One or two: there are few endpoints.
  for (const { endpointId, currency } of ended) await closeLowItem(tx, endpointId, currency, reason)
}

const closeLowItem = (tx: Transaction, endpointId: number, currency: string, reason: string) =>
  closeOpenItem(tx, `balance_low:${lowSubject(endpointId, currency)}`, reason)

async function noteLow(
  tx: Transaction,
  key: { endpointId: number; currency: string },
  low: Low,
  draft: (since: Date) => ItemDraft,
): Promise<void> {
  const { endpointId, currency } = key
  if (low === null) {
    await endLow(tx, key, 'There is enough again.')
    return
  }
  const known = await tx.merchantBalanceLow.findUnique({ where: { endpointId_currency: key } })
  if (known?.low === low) {
    await openItem(tx, draft(known.since), null)
    return
  }
  const since = new Date()
  await tx.merchantBalanceLow.upsert({
    where: { endpointId_currency: key },
    create: { ...key, low, since },
    update: { low, since },
  })
  if (known) await closeLowItem(tx, endpointId, currency, 'It is low in another way now.')
  await openItem(tx, draft(since), null)
}

/** Payouts that are open are few beside those that ended; of those, only what ended since Cardzo was asked is read. */
const sumOwed = `
  SELECT draws.place, taken.currency,
    coalesce(sum(amount_minor) FILTER (WHERE status = 'awaiting_approval'), 0)::bigint AS "awaitingMinor",
    coalesce(sum(amount_minor) FILTER (WHERE status = 'approved'), 0)::bigint AS "approvedMinor",
    coalesce(sum(amount_minor) FILTER (
      WHERE status NOT IN ('awaiting_approval', 'approved') AND pay_claimed_at >= draws.since), 0)::bigint AS "sentSinceMinor"
  FROM unnest($1::int[], $2::smallint[], $3::timestamptz[]) AS draws (place, endpoint_id, since)
  JOIN (
    SELECT endpoint_id, currency, status, amount_minor, pay_claimed_at FROM payout
    WHERE status IN ('awaiting_approval', 'approved', 'paying', 'action_required', 'processing', 'outcome_unknown')
    UNION ALL
    SELECT endpoint_id, currency, status, amount_minor, pay_claimed_at FROM payout
    WHERE order_id IS NOT NULL AND final_at >= $4::timestamptz AND status = 'paid') AS taken USING (endpoint_id)
  GROUP BY draws.place, taken.currency`

async function owed(prisma: Database, by: readonly OwedBy[]): Promise<ReadonlyMap<string, Owed>[]> {
  const sums = by.map(() => new Map<string, Owed>())
  const draws = by.flatMap(({ endpointIds, since }, place) =>
    endpointIds.map((endpointId) => ({ place, endpointId, since })),
  )
  if (draws.length === 0) return sums
  // Against a figure that is older than this nothing is counted.
  const oldest = Date.now() - staleAfterMs
  const from = new Date(Math.max(oldest, Math.min(...draws.map(({ since }) => since.getTime()))))
  const rows = await prisma.sql.query<Owed & { place: number; currency: string }>(sumOwed, [
    draws.map(({ place }) => place),
    draws.map(({ endpointId }) => endpointId),
    draws.map(({ since }) => since),
    from,
  ])
  for (const { place, currency, ...sum } of rows) sums[place]?.set(currency, sum)
  return sums
}
