// What the lab reads from the database: by its own SQL over its own connection, not through the portal's code, and past the
// proxy that hurts the portal's connections.
import pg from 'pg'

export type PayoutRow = {
  id: string
  plan: number
  status: string
  version: number
  amount: string
  currency: string
  gatewayAmount: string | null
  clientOrderId: string
  orderId: string | null
  idempotencyKey: string
  apiKeyId: string | null
  /** What asked for the first payout of its chain. */
  judgedSource: string
  /** The payout that it asks for again. */
  replacesId: string | null
  expiresAt: Date | null
  accountLast4: string | null
  requestedById: string | null
  keyOwnerId: string | null
  approvedById: string | null
  contentHash: string
  approvalsRequired: number | null
  policyApproved: boolean
  reserves: boolean
  receiver: string
  claimedAt: Date | null
  isFinal: boolean
  isDue: boolean
}
export type EventRow = {
  id: string
  payoutId: string
  kind: string
  move: string | null
  from: string | null
  to: string | null
  actorKind: string
  actorId: string | null
}
export type ApprovalRow = {
  payoutId: string
  approverId: string
  personId: string
  contentHash: string
  orderId: string | null
  at: Date
  voidedAt: Date | null
}
/** One account of one receiver in one currency: what its transfers add up to, and what the balance says. Cents. */
export type BalanceRow = {
  receiver: string
  currency: string
  granted: string
  available: string
  reserved: string
  paid: string
  grantedByTransfers: string
  availableByTransfers: string
  reservedByTransfers: string
  paidByTransfers: string
}
export type TransferRow = { payoutId: string | null; kind: string; amount: string }
export type ItemRow = { payoutId: string | null; kind: string; severity: string; open: boolean }
export type CallbackRow = { payoutId: string | null; about: string; status: string; isCompared: boolean }

export type Rows = {
  payouts: () => Promise<PayoutRow[]>
  events: () => Promise<EventRow[]>
  items: () => Promise<ItemRow[]>
  approvals: () => Promise<ApprovalRow[]>
  balances: () => Promise<BalanceRow[]>
  transfers: () => Promise<TransferRow[]>
  /** Rows whose hash is not what their content and their predecessor make it. */
  brokenLinks: () => Promise<{ id: string; payoutId: string }[]>
  callbacks: () => Promise<CallbackRow[]>
  /** Do the workers believe that Cardzo as a whole is silent? */
  isSilent: () => Promise<boolean>
  /** Everything the history says, as one text, to be searched for what must not be in it. */
  historyText: () => Promise<string>
  askFirst: () => Promise<string[]>
  close: () => Promise<void>
}

/** On a busy machine a killed server takes its time to recover. */
const patienceMs = 60_000

/** `query` waits for a server that is being restarted. */
export function openRows(url: () => string): Rows {
  let pool = newPool(url())
  const query = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
    const deadline = Date.now() + patienceMs
    for (;;) {
      try {
        return (await pool.query<Row>(text)).rows
      } catch (error) {
        if (Date.now() > deadline) throw error
        await pool.end().catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 200))
        pool = newPool(url())
      }
    }
  }
  return {
    payouts: () =>
      query<PayoutRow>(`
        SELECT p.id, coalesce(p.metadata ->> 'plan', substring(p.description from '^plan (\\d+)$'))::int AS plan, p.status::text, p.version, p.currency::text,
          round(p.amount_minor / 100.0, 2)::text AS amount, p.gateway_amount AS "gatewayAmount",
          p.client_order_id AS "clientOrderId", p.order_id AS "orderId", p.idempotency_key AS "idempotencyKey",
          p.api_key_id::text AS "apiKeyId", p.judged_source::text AS "judgedSource", p.replaces_id::text AS "replacesId",
          p.expires_at AS "expiresAt",
          p.account_last4 AS "accountLast4", p.requested_by_id::text AS "requestedById", k.owner_id::text AS "keyOwnerId",
          p.approved_by_id::text AS "approvedById", p.content_hash AS "contentHash",
          p.approvals_required AS "approvalsRequired", coalesce((p.policy_note ->> 'approved')::boolean, false) AS "policyApproved",
          p.reserves, r.external_id AS receiver, p.pay_claimed_at AS "claimedAt", p.final_at IS NOT NULL AS "isFinal", w.due_at IS NOT NULL AS "isDue"
        FROM payout p JOIN payout_work w ON w.payout_id = p.id JOIN receiver r ON r.id = p.receiver_id LEFT JOIN api_key k ON k.id = p.api_key_id ORDER BY p.seq`),
    events: () =>
      query<EventRow>(`
        SELECT id::text, payout_id::text AS "payoutId", kind, move, from_status::text AS "from", to_status::text AS "to",
          actor_kind AS "actorKind", actor_id AS "actorId"
        FROM payout_event ORDER BY payout_event.id`),
    approvals: () =>
      query<ApprovalRow>(`
        SELECT payout_id::text AS "payoutId", approver_id::text AS "approverId", person_id::text AS "personId",
          content_hash AS "contentHash", order_id AS "orderId", at, voided_at AS "voidedAt"
        FROM approval ORDER BY at`),
    balances: () =>
      query<BalanceRow>(`
        SELECT r.external_id AS receiver, b.currency::text, b.granted_minor::text AS granted, b.available_minor::text AS available,
          b.reserved_minor::text AS reserved, b.paid_minor::text AS paid,
          coalesce(sum(${signed('granted', 'debit')}), 0)::text AS "grantedByTransfers",
          coalesce(sum(${signed('available', 'credit')}), 0)::text AS "availableByTransfers",
          coalesce(sum(${signed('reserved', 'credit')}), 0)::text AS "reservedByTransfers",
          coalesce(sum(${signed('paid', 'credit')}), 0)::text AS "paidByTransfers"
        FROM balance b JOIN receiver r ON r.id = b.receiver_id
        LEFT JOIN ledger_transfer t ON t.receiver_id = b.receiver_id AND t.currency = b.currency
        GROUP BY r.external_id, b.receiver_id, b.currency, b.granted_minor, b.available_minor, b.reserved_minor, b.paid_minor`),
    transfers: () =>
      query<TransferRow>(`
        SELECT payout_id::text AS "payoutId", kind::text, round(amount_minor / 100.0, 2)::text AS amount
        FROM ledger_transfer ORDER BY id`),
    items: () =>
      query<ItemRow>(
        `SELECT payout_id::text AS "payoutId", kind, severity, closed_at IS NULL AS open FROM open_item`,
      ),
    brokenLinks: () =>
      query<{ id: string; payoutId: string }>(`
        SELECT e.id::text, e.payout_id::text AS "payoutId"
        FROM (SELECT id, lag(hash) OVER (PARTITION BY payout_id ORDER BY id) AS before FROM payout_event) chain
        JOIN payout_event e ON e.id = chain.id
        WHERE e.prev_hash <> coalesce(chain.before, '')
          OR e.hash <> encode(sha256(convert_to(payout_event_material(e), 'UTF8')), 'hex')
        ORDER BY e.id`),
    callbacks: () =>
      query<CallbackRow>(`
        SELECT payout_id::text AS "payoutId", about, lower(status) AS status, compared_at IS NOT NULL AS "isCompared"
        FROM callback`),
    isSilent: async () =>
      (await query<{ silent: boolean }>('SELECT silent_since IS NOT NULL AS silent FROM gateway_gate')).some(
        ({ silent }) => silent,
      ),
    async historyText() {
      const rows = await query<{ text: string | null }>(`
        SELECT (SELECT string_agg(data::text, E'\\n') FROM payout_event)
          || (SELECT coalesce(string_agg(params::text, E'\\n'), '') FROM callback)
          || (SELECT coalesce(string_agg(text, E'\\n'), '') FROM mail) AS text`)
      return rows[0]?.text ?? ''
    },
    async askFirst() {
      return (await query<{ why: string }>('SELECT why FROM ask_first')).map(({ why }) => why)
    },
    close: () => pool.end().catch(() => undefined),
  }
}

/** What a transfer does to an account that grows on this side. */
const signed = (account: string, growsBy: 'debit' | 'credit') =>
  `CASE '${account}' WHEN t.${growsBy}::text THEN t.amount_minor WHEN t.${growsBy === 'debit' ? 'credit' : 'debit'}::text THEN -t.amount_minor ELSE 0 END`

function newPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 2, connectionTimeoutMillis: 3000 })
  pool.on('error', () => undefined)
  return pool
}

/** A payout as a finding names it. */
export const label = ({ plan, id, status }: PayoutRow) => `payout ${plan} (${id}, ${status})`

/** "12.5" is 1250. */
export function cents(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(2, '0').slice(0, 2))
}
