/** The SQL that changes of a payout share: facts, events, open items. */
import { createHash, randomUUID } from 'node:crypto'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { storable } from '#lib/payouts/storable.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Change, Happening, ItemDraft, Payout, PayoutFacts } from '#lib/services/ports.ts'

/** Facts in the payout's own row. The worker's notes are in its row of due work. */
export type PlainFacts = Omit<PayoutFacts, 'progress'>

/** Column and SQL for each plain fact; `undefined` leaves the column alone. */
const columnOf = {
  orderId: 'order_id',
  gatewayStatus: 'gateway_status',
  gatewayStage: 'gateway_stage',
  gatewayAmount: 'gateway_amount',
  gatewayCurrency: 'gateway_currency',
  redirectUrl: 'redirect_url',
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
} as const satisfies Record<keyof PlainFacts, string>

/** `SET` clauses for the facts that are given. */
export function factClauses(facts: PlainFacts): Prisma.Sql[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const column = Prisma.raw(columnOf[name as keyof PlainFacts])
    if (value === true) return [Prisma.sql`${column} = now()`]
    if (name === 'sendAfterInMs' || name === 'expiresInMs')
      return [Prisma.sql`${column} = ${fromNow(Number(value))}`]
    if (name === 'policyNote' || name === 'settledBy' || name === 'risk') {
      return [Prisma.sql`${column} = ${value === null ? null : JSON.stringify(value)}::jsonb`]
    }
    if (name === 'approvedById') return [Prisma.sql`${column} = ${value}::uuid`]
    return [Prisma.sql`${column} = ${value}`]
  })
}

/** The database's now plus `ms`, in whole milliseconds like the columns. Rounded down, so that 0 is due at once. */
export const fromNow = (ms: number) =>
  Prisma.sql`date_trunc('milliseconds', now() + make_interval(secs => ${ms / 1000}::double precision))`

/** Does a callback of this payout wait to be compared with Cardzo's status? */
export const callbackWaitsOn = (payoutId: 'payout.id' | 'payout_work.payout_id'): string =>
  `EXISTS (SELECT FROM callback
    WHERE callback.payout_id = ${payoutId} AND callback.compared_at IS NULL AND callback.about = 'status')`
export const callbackWaits = Prisma.raw(callbackWaitsOn('payout_work.payout_id'))

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

/** An event on its own, changing nothing. */
export async function noteEvent(
  db: PrismaClient | Transaction,
  payoutId: string,
  actor: Actor,
  happening: Happening,
): Promise<void> {
  const payout = await db.payout.findUniqueOrThrow({
    where: { id: payoutId },
    select: { id: true, version: true },
  })
  await writeEvent(db, payout, actor, happening, null)
}

/** Plain JSON of anything: dates become ISO text, `undefined` disappears, and what PostgreSQL can't store is cut out. */
export const toJson = (value: unknown): Prisma.InputJsonValue =>
  storable(JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue)

/** Fits an index, which holds about 2,700 bytes of a key; a subject from outside may be longer. */
export const openKeyOf = (key: string): string =>
  key.length <= 500 ? key : `${key.slice(0, 400)}:${createHash('sha256').update(key).digest('hex')}`

/** Opens an item, or counts it again while it is open. The same said again does not reopen one that a person has closed. */
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

export async function closeItems(
  tx: Transaction,
  payoutId: string,
  { kinds, reason }: NonNullable<Change['closeItems']>,
): Promise<void> {
  // Also forgets what a person had closed: its cause is gone, and it would be news if it came back.
  await tx.$executeRaw`
    UPDATE open_item SET closed_at = coalesce(closed_at, now()), close_reason = coalesce(close_reason, ${reason}),
      open_key = NULL, said = NULL
    WHERE payout_id = ${payoutId}::uuid AND kind = ANY (${kinds}) AND (closed_at IS NULL OR said IS NOT NULL)`
}
