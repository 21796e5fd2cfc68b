/** The SQL of changing a payout: the conditional update and everything that must happen in its transaction. */
import { createHash, randomUUID } from 'node:crypto'
import { mayMove } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { storable } from '#lib/payouts/storable.ts'
import { isFinal, next } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Change, Happening, ItemDraft, Lease, Payout, PayoutFacts } from '#lib/services/ports.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'

/** Column and SQL for each plain fact; `undefined` leaves the column alone. */
const columnOf = {
  orderId: 'order_id',
  gatewayStatus: 'gateway_status',
  gatewayStage: 'gateway_stage',
  gatewayAmount: 'gateway_amount',
  gatewayCurrency: 'gateway_currency',
  redirectUrl: 'redirect_url',
  progress: 'progress',
  approvedById: 'approved_by_id',
  policyNote: 'policy_note',
  approvalsRequired: 'approvals_required',
  risk: 'risk',
  settledBy: 'settled_by',
  failureMessage: 'failure_message',
  gatewayCode: 'gateway_code',
  gatewayMessage: 'gateway_message',
  validatedAt: 'validated_at',
  validatedNow: 'validated_at',
  claimedNow: 'pay_claimed_at',
  approvedNow: 'approved_at',
  returnedNow: 'returned_at',
  sendAfterInMs: 'send_after',
  expiresInMs: 'expires_at',
} as const satisfies Record<keyof PayoutFacts, string>

/** `SET` clauses for the facts that are given. */
export function factClauses(facts: PayoutFacts): Prisma.Sql[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const column = Prisma.raw(columnOf[name as keyof PayoutFacts])
    if (value === true) return [Prisma.sql`${column} = now()`]
    if (name === 'sendAfterInMs' || name === 'expiresInMs')
      return [Prisma.sql`${column} = ${fromNow(Number(value))}`]
    if (name === 'progress' || name === 'policyNote' || name === 'settledBy' || name === 'risk') {
      return [Prisma.sql`${column} = ${value === null ? null : JSON.stringify(value)}::jsonb`]
    }
    if (name === 'approvedById') return [Prisma.sql`${column} = ${value}::uuid`]
    return [Prisma.sql`${column} = ${value}`]
  })
}

/** The database's now plus `ms`, in whole milliseconds as the column keeps them (rounded down, so that 0 is due at once). */
export const fromNow = (ms: number) =>
  Prisma.sql`date_trunc('milliseconds', now() + make_interval(secs => ${ms / 1000}::double precision))`

/** Does a callback wait to be compared with Cardzo's status? Names the table `payout`. */
export const callbackWaits = Prisma.sql`
  EXISTS (SELECT FROM callback
    WHERE callback.payout_id = payout.id AND callback.compared_at IS NULL AND callback.about = 'status')`

/**
 * When the row is due after a change. No change takes a look away that a callback asked for: it may say that money moved. A person's
 * change makes it due now, whoever has it in hand may be about to die; a worker has looked, and leaves what woke it meanwhile.
 */
function dueClause(dueInMs: number | null, lease: Lease | undefined): Prisma.Sql {
  if (dueInMs === null)
    return Prisma.sql`due_at = CASE
      WHEN due_at <= clock_timestamp() OR ${callbackWaits} THEN LEAST(due_at, ${fromNow(0)}) ELSE NULL END`
  const planned = fromNow(dueInMs)
  return lease
    ? Prisma.sql`due_at = CASE WHEN due_at <> lease_until THEN LEAST(due_at, ${planned}) ELSE ${planned} END`
    : Prisma.sql`due_at = CASE WHEN ${callbackWaits} THEN LEAST(due_at, ${fromNow(0)}) ELSE ${planned} END`
}

/** Moves the row if nobody has moved it since `was`; false when it is stale. Throws when the move is not the actor's to make. */
export async function updateRow(
  tx: Transaction,
  was: Payout,
  change: Change,
  actor: Actor,
  lease?: Lease,
): Promise<boolean> {
  const to = targetOf(was, change, actor)
  const clauses = [Prisma.sql`updated_at = now()`, ...factClauses(change.facts ?? {})]
  if (to !== undefined) {
    clauses.push(Prisma.sql`status = ${to}::payout_status`, Prisma.sql`version = version + 1`)
    // One of several approvals is no new wait.
    if (to !== was.status) clauses.push(Prisma.sql`stage_since = now()`)
    if (isFinal(to)) clauses.push(Prisma.sql`final_at = now()`)
  }
  if (change.dueInMs !== undefined) clauses.push(dueClause(change.dueInMs, lease))
  const held = lease ? Prisma.sql`AND lease_fence = ${lease.fence} AND lease_until > now()` : Prisma.empty
  const updated = await tx.$executeRaw`
    UPDATE payout SET ${Prisma.join(clauses, ', ')}
    WHERE id = ${was.id}::uuid AND version = ${was.version} ${held}`
  return updated === 1
}

function targetOf(was: Payout, change: Change, actor: Actor): PayoutStatus | undefined {
  if (change.move === undefined) return undefined
  if (!mayMove(actor, change.move)) throw new Error(`Bug: ${change.move} is no move of a ${actor.kind}`)
  const to = next(was.status, change.move)
  if (to === undefined) throw new Error(`Bug: ${change.move} is no move from ${was.status}`)
  return to
}

/** A late answer still tells us the order's id; the first one stored stays. True when this one was stored. */
export async function adoptOrderId(tx: Transaction, was: Payout, orderId: string): Promise<boolean> {
  const adopted = await tx.$executeRaw`
    UPDATE payout SET order_id = ${orderId}
    WHERE id = ${was.id}::uuid AND order_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM payout WHERE order_id = ${orderId})`
  return adopted === 1
}

export async function writeEvent(
  tx: Transaction,
  payout: Pick<Payout, 'id' | 'version'>,
  actor: Actor,
  happening: Happening,
  moved: { move: Change['move']; from: PayoutStatus; to: PayoutStatus | undefined } | null,
): Promise<void> {
  await tx.payoutEvent.create({
    data: {
      payoutId: payout.id,
      kind: happening.kind,
      move: moved?.move ?? null,
      fromStatus: moved?.to === undefined ? null : moved.from,
      toStatus: moved?.to ?? null,
      version: payout.version,
      data: toJson(happening.data ?? {}),
      ...actorColumns(actor),
    },
  })
}

/** Plain JSON of anything; dates become ISO text, `undefined` disappears, and what PostgreSQL can't store is cut from the values. */
export const toJson = (value: unknown): Prisma.InputJsonValue =>
  storable(JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue)

/** An index holds some 2,700 bytes of a key; a subject from outside may be longer. */
export const openKeyOf = (key: string): string =>
  key.length <= 500 ? key : `${key.slice(0, 400)}:${createHash('sha256').update(key).digest('hex')}`

/** Opens an item, or counts it again while it is open. What a person has closed is not opened again by the same being said. */
export async function openItem(tx: Transaction, draft: ItemDraft, payoutId: string | null): Promise<void> {
  const subject = [payoutId, draft.subject].filter((part) => part != null).join(':')
  const openKey = openKeyOf(`${draft.kind}:${subject}`)
  const said = draft.said === undefined ? null : `${openKey}#${draft.said}`
  await tx.$executeRaw`
    INSERT INTO open_item (id, kind, severity, payout_id, what, why, data, open_key, said)
    SELECT ${randomUUID()}::uuid, ${draft.kind}, ${draft.severity}, ${payoutId}::uuid, ${draft.what}, ${draft.why},
           ${JSON.stringify(toJson(draft.data ?? {}))}::jsonb, ${openKey}, ${said}
    WHERE NOT EXISTS (SELECT FROM open_item WHERE said = ${said} AND closed_by_id IS NOT NULL)
    ON CONFLICT (open_key) DO UPDATE
      SET last_seen_at = now(), seen = open_item.seen + 1, what = EXCLUDED.what, why = EXCLUDED.why, data = EXCLUDED.data,
        said = EXCLUDED.said`
}

/** Each word that Cardzo says after the end is kept once, with the time it was first heard. */
export async function keepGatewayChange(
  tx: Transaction,
  payoutId: string,
  change: NonNullable<Change['gatewayChange']>,
): Promise<void> {
  await tx.gatewayChange.createMany({
    // An index holds some 2,700 bytes of it, and a status is one word.
    data: { id: randomUUID(), payoutId, ...change, gatewayStatus: change.gatewayStatus.slice(0, 200) },
    skipDuplicates: true,
  })
}

export async function closeItems(
  tx: Transaction,
  payoutId: string,
  { kinds, reason }: NonNullable<Change['closeItems']>,
): Promise<void> {
  // What a person had closed is forgotten, too: its cause is gone, and it would be news if it came back.
  await tx.$executeRaw`
    UPDATE open_item SET closed_at = coalesce(closed_at, now()), close_reason = coalesce(close_reason, ${reason}),
      open_key = NULL, said = NULL
    WHERE payout_id = ${payoutId}::uuid AND kind = ANY (${kinds}) AND (closed_at IS NULL OR said IS NOT NULL)`
}
