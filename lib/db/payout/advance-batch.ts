/**
 * The usual changes of workers, many in one statement: what advance-statement.ts does for one, where nothing is opened, mailed or taken
 * from a reserve. The parts, their order and the reasons for it are the same.
 *
 * A batch waits for nobody. A payout, row of due work or order id that another transaction has locked is left out, and so is a change
 * that is stale: they are then done alone. So two batches never wait for each other, and a payout in other hands holds up no other.
 */
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Sql } from '#lib/db/engine/sql.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { Change, Happening, Lease, Payout } from '#lib/services/ports.ts'
import { closingsOf, learnsOrderId, targetOf } from './advance-statement.ts'
import { factSets, fromNow, isQuiet } from './payout-facts.ts'
import { columnsOf } from './payout-rows.ts'
import type { PayoutRow } from './payout-rows.ts'

/** A worker's change of a payout that it has under a lease. */
export type WorkersChange = {
  was: Payout
  change: Change
  actor: Actor
  happening: Happening
  lease: Lease
}

/** May it share a statement with others? It is one statement already; the rest of the rare parts stay with the statement of its own. */
export function isUsual(was: Payout, change: Change): boolean {
  const endsReserve = was.reserves && change.move !== undefined
  return !change.items?.length && !change.gatewayChange && !endsReserve
}

/** Gives the changed payouts in the order of the changes, which are about different payouts; undefined: left out, and nothing is written. */
export async function advanceTogether(
  sql: Sql,
  changes: readonly WorkersChange[],
): Promise<(Payout | undefined)[]> {
  const rows = await sql.query<Changed>(statement, [JSON.stringify(changes.map(givenOf))])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return changes.map(({ was, change }) => {
    const row = byId.get(was.id)
    return row && changed(was, change, row)
  })
}

/** What a change may alter, and what others alter without a new version. The rest of a payout stays as it was seen. */
const returned = [
  'id',
  'version',
  'status',
  'orderId',
  'gatewayStatus',
  'gatewayStage',
  'gatewayAmount',
  'gatewayCurrency',
  'redirectUrl',
  'validatedAt',
  'payClaimedAt',
  'approvedById',
  'approvedAt',
  'policyNote',
  'approvalsRequired',
  'risk',
  'sendAfter',
  'coolingOffUntil',
  'expiresAt',
  'failureMessage',
  'gatewayCode',
  'gatewayMessage',
  'linkRevokedAt',
  'returnedAt',
  'stageSince',
  'updatedAt',
  'finalAt',
  'settledBy',
] as const satisfies (keyof PayoutRow & keyof Payout)[]

type Changed = Pick<PayoutRow, (typeof returned)[number]> & { closed: unknown; isPlain: unknown }

// Only lib/db writes the JSON columns, through the port's types, so a cast is enough to read them back.
const changed = (
  was: Payout,
  { facts }: Change,
  { policyNote, risk, settledBy, closed, isPlain, ...row }: Changed,
): Payout => ({
  ...was,
  ...row,
  policyNote: policyNote as Payout['policyNote'],
  risk: risk as Payout['risk'],
  settledBy: settledBy as Payout['settledBy'],
  ...(facts?.progress && { progress: JSON.parse(JSON.stringify(facts.progress)) as Payout['progress'] }),
})

/** Column and type of each thing that the statement is given of a change. */
const givenColumns = {
  id: 'uuid',
  version: 'int',
  fence: 'bigint',
  facts: 'jsonb',
  progress: 'jsonb',
  leaseMs: 'float8',
  quietMs: 'float8',
  move: 'text',
  fromStatus: 'payout_status',
  toStatus: 'payout_status',
  isEnd: 'boolean',
  learns: 'text',
  clientOrderId: 'text',
  kind: 'text',
  data: 'jsonb',
  actorKind: 'text',
  actorId: 'text',
  actorName: 'text',
  isCounted: 'boolean',
  closes: 'text[]',
  reasons: 'text[]',
} as const

function givenOf({
  was,
  change,
  actor,
  happening,
  lease,
}: WorkersChange): Record<keyof typeof givenColumns, unknown> {
  const { progress, ...facts } = change.facts ?? {}
  const to = targetOf(was, change, actor)
  const closing = closingsOf(change)
  return {
    id: was.id,
    version: was.version,
    fence: lease.fence.toString(),
    facts,
    progress: progress ?? null,
    leaseMs: change.leaseMs ?? null,
    quietMs: change.quietMs ?? null,
    move: change.move ?? null,
    fromStatus: to === undefined ? null : was.status,
    toStatus: to ?? null,
    isEnd: to !== undefined && isFinal(to),
    learns: learnsOrderId(was, change) ? facts.orderId : null,
    clientOrderId: was.clientOrderId,
    kind: happening.kind,
    data: happening.data ?? {},
    ...actorColumns(actor),
    isCounted: change.move === 'auto_approve',
    closes: closing.kinds,
    reasons: closing.reasons,
  }
}

const columns = Object.entries(givenColumns)
  .map(([name, type]) => `"${name}" ${type}`)
  .join(', ')

const statement = `
  WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS given (${columns})
  ), wanted AS MATERIALIZED (
    -- One by one, by the key, however small the planner believes the table to be.
    SELECT one.id FROM given, LATERAL (
      SELECT payout.id FROM payout WHERE payout.id = given.id AND payout.version = given.version
        AND ("quietMs" IS NULL OR NOT ${isQuiet('"quietMs"')})
      FOR NO KEY UPDATE SKIP LOCKED) AS one
  ), held AS MATERIALIZED (
    SELECT given.* FROM wanted JOIN given ON given.id = wanted.id JOIN payout_work work ON work.payout_id = wanted.id
    WHERE work.fence = given.fence AND work.lease_until > now()
      AND (learns IS NULL OR pg_try_advisory_xact_lock(hashtextextended('callback order ' || learns, 0)))
    FOR NO KEY UPDATE OF work SKIP LOCKED
  ), moved AS (
    UPDATE payout SET updated_at = now(), ${factSets('held.facts')},
      status = coalesce(held."toStatus", payout.status),
      version = payout.version + (held."toStatus" IS NOT NULL)::int,
      stage_since = CASE WHEN held."toStatus" <> held."fromStatus" THEN now() ELSE payout.stage_since END,
      final_at = CASE WHEN held."isEnd" THEN now() ELSE payout.final_at END
    FROM held WHERE payout.id = held.id
    RETURNING ${columnsOf(returned)}, payout.currency, payout.api_key_id, payout.amount_minor
  ), noted AS (
    INSERT INTO payout_event (payout_id, kind, version, data, actor_kind, actor_id, actor_name, move, from_status, to_status)
    SELECT held.id, kind, moved.version, data, "actorKind", "actorId", "actorName", move, "fromStatus", "toStatus"
    FROM held JOIN moved ON moved.id = held.id ORDER BY held.id
  ), worked AS (
    UPDATE payout_work SET progress = coalesce(held.progress, payout_work.progress),
      lease_until = CASE WHEN held."leaseMs" IS NOT NULL THEN ${fromNow('held."leaseMs"')} ELSE payout_work.lease_until END
    FROM held JOIN moved ON moved.id = held.id
    WHERE payout_work.payout_id = held.id AND (held.progress IS NOT NULL OR held."leaseMs" IS NOT NULL)
  ), counted AS (
    INSERT INTO auto_approval (payout_id, currency, api_key_id, amount_minor)
    SELECT moved.id, currency, api_key_id, amount_minor FROM held JOIN moved ON moved.id = held.id WHERE held."isCounted"
  )
  SELECT ${returned.map((name) => `moved."${name}"`).join(', ')},
    CASE WHEN cardinality(closes) > 0 THEN close_items(moved.id, closes, reasons) END AS closed,
    CASE WHEN learns IS NOT NULL THEN order_is_plain(moved.id, held."clientOrderId", learns) END AS "isPlain"
  FROM moved JOIN held ON held.id = moved.id`
