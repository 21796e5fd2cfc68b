/** The desk's view of callbacks. Each list walks along an index and stops when the page is full. */
import type { Database } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { storableText } from '#lib/payouts/storable.ts'
import type {
  CallbackInbox,
  ChangedPayout,
  ChangedSum,
  InboxCallback,
  RefusedCallback,
} from '#lib/services/ports.ts'

/** As many as the check of the table says. */
const slots = 500
/** Longer than any id of Cardzo's. */
const kept = 128

/** The condition of the index callback_to_look_at. */
const toLookAt = Prisma.sql`(c.disagreed OR c.raised_at IS NOT NULL OR c.about <> 'status' OR c.payout_id IS NULL)`

/** Ended by Cardzo's word after payout-pay, long enough ago for a callback to have come. */
const ended = Prisma.sql`
  p.order_id IS NOT NULL AND p.final_at < now() - interval '10 minutes' AND p.pay_claimed_at IS NOT NULL
    AND p.settled_by IS NULL AND p.status IN ('paid', 'declined', 'filtered', 'failed')`
/** One look into the index per payout, where NOT EXISTS may read the whole table. */
const itsCallback = Prisma.sql`
  LEFT JOIN LATERAL (
    SELECT true AS came FROM callback c WHERE c.payout_id = p.id AND c.about = 'status' LIMIT 1) AS callback ON true`

export function createCallbackInbox(prisma: Database): CallbackInbox {
  return {
    async list(view, { limit, before }) {
      const rows = await prisma.$queryRaw<InboxCallback[]>`
        SELECT c.id, c.about, c.status, c.type, c.order_id AS "orderId", c.client_order_id AS "clientOrderId", c.params, c.deliveries,
               c.received_at AS "receivedAt", c.last_received_at AS "lastReceivedAt", c.payout_id AS "payoutId",
               c.compared_at AS "comparedAt", c.disagreed, c.raised_at IS NOT NULL AS raised, p.status AS "payoutStatus"
        FROM callback c LEFT JOIN payout p ON p.id = c.payout_id
        WHERE ${view === 'look' ? toLookAt : Prisma.sql`true`}
          AND ${before === null ? Prisma.sql`true` : Prisma.sql`(c.received_at, c.id) < (${before.at}::timestamptz, ${before.id}::uuid)`}
        ORDER BY c.received_at DESC, c.id DESC LIMIT ${limit + 1}`
      return { rows: rows.slice(0, limit), more: rows.length > limit }
    },

    async keepRefused({ reason, why, network, ...said }) {
      const [status, orderId, clientOrderId] = [said.status, said.orderId, said.clientOrderId].map(cut)
      await prisma.$executeRaw`
        INSERT INTO refused_callback (slot, number, reason, why, network, status, order_id, client_order_id)
        SELECT number % ${slots}::int, number, ${reason}, ${cut(why)}, ${cut(network)}, ${status}, ${orderId}, ${clientOrderId}
        FROM (SELECT nextval('refused_callback_number') AS number) AS next
        ON CONFLICT (slot) DO UPDATE SET number = EXCLUDED.number, at = EXCLUDED.at, reason = EXCLUDED.reason, why = EXCLUDED.why,
          network = EXCLUDED.network, status = EXCLUDED.status, order_id = EXCLUDED.order_id,
          client_order_id = EXCLUDED.client_order_id`
    },

    async refused({ limit, before }) {
      const rows = await prisma.$queryRaw<RefusedCallback[]>`
        SELECT number, at, reason, why, network, status, order_id AS "orderId", client_order_id AS "clientOrderId"
        FROM refused_callback WHERE ${before === null ? Prisma.sql`true` : Prisma.sql`number < ${before}`}
        ORDER BY number DESC LIMIT ${limit + 1}`
      return { rows: rows.slice(0, limit), more: rows.length > limit }
    },

    async changed({ limit, before }) {
      const rows = await prisma.$queryRaw<ChangedPayout[]>`
        SELECT g.id, g.seen_at AS "seenAt", g.payout_id AS "payoutId", p.client_order_id AS "clientOrderId", p.status,
          p.amount_minor AS "amountMinor", p.currency, g.gateway_status AS said
        FROM gateway_change g JOIN payout p ON p.id = g.payout_id
        WHERE ${before === null ? Prisma.sql`true` : Prisma.sql`(g.seen_at, g.id) < (${before.at}::timestamptz, ${before.id}::uuid)`}
        ORDER BY g.seen_at DESC, g.id DESC LIMIT ${limit + 1}`
      return { rows: rows.slice(0, limit), more: rows.length > limit }
    },

    changedSums: () => prisma.$queryRaw<ChangedSum[]>`
      SELECT currency, payouts::int AS payouts, amount_minor AS "amountMinor" FROM changed_sum ORDER BY currency`,

    missed: (days, lookAt) => prisma.$queryRaw`
      SELECT to_char(p.final_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS ended,
             (count(*) FILTER (WHERE callback.came IS NULL))::int AS missed
      FROM (
        SELECT p.id, p.final_at FROM payout p
        WHERE ${ended} AND p.final_at >= date_trunc('day', now(), 'UTC') - make_interval(days => ${days - 1}::int)
        ORDER BY p.final_at DESC, p.seq DESC LIMIT ${lookAt}
      ) AS p ${itsCallback} GROUP BY day ORDER BY day DESC`,

    async missedOn(day, limit) {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT p.id FROM payout p ${itsCallback}
        LEFT JOIN LATERAL (SELECT true AS gone FROM payout_archived h WHERE h.payout_id = p.id LIMIT 1) AS archived ON true
        WHERE ${ended} AND callback.came IS NULL AND archived.gone IS NULL
          AND p.final_at >= ${day}::date::timestamp AT TIME ZONE 'UTC'
          AND p.final_at < (${day}::date + 1)::timestamp AT TIME ZONE 'UTC'
        ORDER BY p.final_at DESC, p.seq DESC LIMIT ${limit}`
      return rows.map(({ id }) => id)
    },
  }
}

/** Anybody can send anything: what doesn't fit is cut. */
const cut = <Text extends string | null>(text: Text): Text =>
  (text === null ? null : storableText(text).slice(0, kept)) as Text
