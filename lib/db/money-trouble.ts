/** What of the three books (payouts, history, ledger) does not agree, in sentences that name it. Empty while everything does. */
import type { Transaction } from './client.ts'

/** More than a person reads at one sitting; the first ones say enough. */
const most = 100

export async function booksTrouble(tx: Transaction): Promise<string[]> {
  const found = [
    ...(await historyTrouble(tx)),
    ...(await balanceTrouble(tx)),
    ...(await payoutTrouble(tx)),
    ...(await grantTrouble(tx)),
  ]
  return found.map(({ wrong }) => wrong)
}

type Found = { wrong: string }[]

/** A payout stands where its history's last move left it, with the amount that was asked for; no request without a payout. */
function historyTrouble(tx: Transaction): Promise<Found> {
  return tx.$queryRaw<Found>`
    SELECT 'Payout ' || p.id || ' is ' || p.status || ', and its history says ' || coalesce(e.status, 'requested') || '.' AS wrong
    FROM payout p LEFT JOIN LATERAL (
      SELECT to_status::text AS status FROM payout_event WHERE payout_id = p.id AND to_status IS NOT NULL
      ORDER BY id DESC LIMIT 1) e ON true
    WHERE p.status::text <> coalesce(e.status, 'requested')
    UNION ALL
    SELECT CASE
      WHEN p.id IS NULL THEN 'Payout ' || e.payout_id || ' was asked for, and is gone.'
      WHEN e.payout_id IS NULL THEN 'Payout ' || p.id || ' is there, and its history does not say that it was asked for.'
      ELSE 'Payout ' || p.id || ' does not have the amount that was asked for.' END
    FROM payout p FULL JOIN (SELECT payout_id, data FROM payout_event WHERE kind = 'requested') e ON e.payout_id = p.id
    WHERE p.id IS NULL OR e.payout_id IS NULL
      OR (e.data ->> 'amountMinor')::bigint <> p.amount_minor OR e.data ->> 'currency' <> p.currency
    LIMIT ${most}`
}

/** Every balance is what its transfers add up to. */
function balanceTrouble(tx: Transaction): Promise<Found> {
  return tx.$queryRaw<Found>`
    SELECT 'The balance of ' || coalesce(r.external_id, 'an unknown receiver') || ' in ' || currency
           || ' is not what its transfers add up to.' AS wrong
    FROM balance b FULL JOIN (
      SELECT receiver_id, currency,
             sum(CASE WHEN debit = 'granted' THEN amount_minor WHEN credit = 'granted' THEN -amount_minor ELSE 0 END) AS granted,
             sum(CASE WHEN credit = 'available' THEN amount_minor WHEN debit = 'available' THEN -amount_minor ELSE 0 END) AS available,
             sum(CASE WHEN credit = 'reserved' THEN amount_minor WHEN debit = 'reserved' THEN -amount_minor ELSE 0 END) AS reserved,
             sum(CASE WHEN credit = 'paid' THEN amount_minor WHEN debit = 'paid' THEN -amount_minor ELSE 0 END) AS paid
      FROM ledger_transfer GROUP BY 1, 2) s USING (receiver_id, currency)
    LEFT JOIN receiver r ON r.id = receiver_id
    WHERE (coalesce(b.granted_minor, 0), coalesce(b.available_minor, 0), coalesce(b.reserved_minor, 0), coalesce(b.paid_minor, 0))
      IS DISTINCT FROM (coalesce(s.granted, 0), coalesce(s.available, 0), coalesce(s.reserved, 0), coalesce(s.paid, 0))
    LIMIT ${most}`
}

/** A payout that reserves has reserved its amount once, and has given it back or spent it when, and only when, it is over. */
function payoutTrouble(tx: Transaction): Promise<Found> {
  return tx.$queryRaw<Found>`
    SELECT 'Payout ' || coalesce(p.id, t.payout_id) || ' is ' || coalesce(p.status::text, 'gone') || ', and in the ledger its money is '
           || coalesce(t.kinds, 'nowhere') || CASE WHEN t.same THEN '' ELSE ', with another amount or receiver' END || '.' AS wrong
    FROM (SELECT * FROM payout WHERE reserves) p FULL JOIN (
      SELECT t.payout_id, string_agg(t.kind::text, ', ' ORDER BY t.id) AS kinds,
             bool_and(o.amount_minor = t.amount_minor AND o.currency = t.currency AND o.receiver_id = t.receiver_id) AS same
      FROM ledger_transfer t LEFT JOIN payout o ON o.id = t.payout_id WHERE t.payout_id IS NOT NULL GROUP BY 1
    ) t ON t.payout_id = p.id
    WHERE t.same IS DISTINCT FROM true OR t.kinds IS DISTINCT FROM CASE
      WHEN p.final_at IS NULL THEN 'reserve' WHEN p.status = 'paid' THEN 'reserve, capture' ELSE 'reserve, release' END
      OR p.id IS NULL
    LIMIT ${most}`
}

/** A grant has moved its amount once, and was taken back once at most. */
function grantTrouble(tx: Transaction): Promise<Found> {
  return tx.$queryRaw<Found>`
    SELECT 'Grant ' || coalesce(g.reference, t.grant_id::text) || ' is not what the ledger says of it.' AS wrong
    FROM grant_row g FULL JOIN (
      SELECT t.grant_id, string_agg(t.kind::text, ', ' ORDER BY t.id) AS kinds,
             bool_and(o.amount_minor = t.amount_minor AND o.currency = t.currency AND o.receiver_id = t.receiver_id) AS same
      FROM ledger_transfer t LEFT JOIN grant_row o ON o.id = t.grant_id WHERE t.grant_id IS NOT NULL GROUP BY 1
    ) t ON t.grant_id = g.id
    WHERE g.id IS NULL OR t.same IS DISTINCT FROM true OR t.kinds NOT IN ('grant', 'grant, grant_reversal')
    LIMIT ${most}`
}
