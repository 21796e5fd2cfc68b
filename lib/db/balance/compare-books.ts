/** Where the three books (payouts, history, ledger) disagree, in sentences. Empty if they agree. */
import type { Transaction } from '#lib/db/engine/client.ts'

/** More than a person reads; the first ones say enough. */
const most = 100

export async function compareBooks(tx: Transaction): Promise<string[]> {
  const found = [
    ...(await historyTrouble(tx)),
    ...(await balanceTrouble(tx)),
    ...(await payoutTrouble(tx)),
    ...(await unbackedTrouble(tx)),
    ...(await grantTrouble(tx)),
  ]
  return found.map(({ wrong }) => wrong)
}

type Found = { wrong: string }[]

/** A payout is where its history's last move left it, with the amount that was asked for. Every request has a payout. */
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

/** A payout that reserves has reserved its amount once, and released or captured it if, and only if, it is over. */
function payoutTrouble(tx: Transaction): Promise<Found> {
  // Grouped without sorting, because this is the largest table; sentences are made only for the few wrong rows.
  return tx.$queryRaw<Found>`
    SELECT 'Payout ' || id || ' is ' || coalesce((SELECT status::text FROM payout WHERE payout.id = wrong.id), 'gone')
           || ', and in the ledger its money is ' || coalesce((
             SELECT string_agg(kind || ' of ' || amount_minor || ' ' || currency, ', ' ORDER BY id)
             FROM ledger_transfer WHERE payout_id = wrong.id), 'nowhere') || '.' AS wrong
    FROM (
      SELECT DISTINCT coalesce(p.id, t.payout_id) AS id
      FROM (SELECT id, receiver_id, currency, amount_minor, status, final_at FROM payout WHERE reserves) p
      FULL JOIN (
        SELECT payout_id, receiver_id, currency, min(amount_minor) AS least, max(amount_minor) AS most,
               count(*) FILTER (WHERE kind = 'reserve') AS reserves, count(*) FILTER (WHERE kind = 'release') AS releases,
               count(*) FILTER (WHERE kind = 'capture') AS captures
        FROM ledger_transfer WHERE payout_id IS NOT NULL GROUP BY 1, 2, 3
      ) t ON t.payout_id = p.id AND t.receiver_id = p.receiver_id AND t.currency = p.currency
      WHERE p.id IS NULL OR t.payout_id IS NULL OR t.least <> p.amount_minor OR t.most <> p.amount_minor OR t.reserves <> 1
        OR t.captures <> CASE WHEN p.final_at IS NOT NULL AND p.status = 'paid' THEN 1 ELSE 0 END
        OR t.releases <> CASE WHEN p.final_at IS NOT NULL AND p.status <> 'paid' THEN 1 ELSE 0 END
      LIMIT ${most}
    ) wrong`
}

/**
 * A payout reserves nothing although its history says so, a payout it retries did, or the setting demanded it when it was made. Only
 * payouts that are paid or still may be: one paid outside the balance leaves the money to be asked for twice.
 */
function unbackedTrouble(tx: Transaction): Promise<Found> {
  // A setting counts ten seconds after its change: a request may have been on its way.
  return tx.$queryRaw<Found>`
    WITH RECURSIVE outside AS (
      SELECT id, judged_source, replaces_id, status, created_at FROM payout
      WHERE NOT reserves AND (final_at IS NULL OR status = 'paid')),
    chain AS (
      SELECT id, replaces_id FROM outside WHERE replaces_id IS NOT NULL
      UNION ALL
      SELECT chain.id, p.replaces_id FROM chain JOIN payout p ON p.id = chain.replaces_id WHERE NOT p.reserves)
    SELECT 'Payout ' || o.id || ' is ' || o.status || ' outside the balance that it had to be taken from.' AS wrong
    FROM outside o LEFT JOIN setting s
      ON s.key = CASE o.judged_source WHEN 'browser' THEN 'requireBalance' ELSE 'requireBalanceMerchant' END
     AND s.value = 'true' AND o.created_at > s.updated_at + interval '10 seconds'
    WHERE s.key IS NOT NULL
      OR EXISTS (SELECT FROM chain JOIN payout p ON p.id = chain.replaces_id WHERE chain.id = o.id AND p.reserves)
      OR EXISTS (SELECT FROM payout_event e WHERE e.payout_id = o.id AND e.kind = 'requested' AND e.data ->> 'reserves' = 'true')
    LIMIT ${most}`
}

/** A grant moved its amount once, and was taken back once at most. */
function grantTrouble(tx: Transaction): Promise<Found> {
  return tx.$queryRaw<Found>`
    SELECT DISTINCT 'Grant ' || coalesce(g.reference, t.grant_id::text) || ' is not what the ledger says of it.' AS wrong
    FROM grant_row g FULL JOIN (
      SELECT grant_id, receiver_id, currency, min(amount_minor) AS least, max(amount_minor) AS most,
             count(*) FILTER (WHERE kind = 'grant') AS grants, count(*) FILTER (WHERE kind = 'grant_reversal') AS reversals
      FROM ledger_transfer WHERE grant_id IS NOT NULL GROUP BY 1, 2, 3
    ) t ON t.grant_id = g.id AND t.receiver_id = g.receiver_id AND t.currency = g.currency
    WHERE g.id IS NULL OR t.grant_id IS NULL OR t.least <> g.amount_minor OR t.most <> g.amount_minor
      OR t.grants <> 1 OR t.reversals > 1
    LIMIT ${most}`
}
