/** The SQL that changes of a payout share: events, open items, times. */
import { createHash, randomUUID } from 'node:crypto'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { parameters } from '#lib/db/engine/parameters.ts'
import type { AddValue } from '#lib/db/engine/parameters.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { storable } from '#lib/payouts/storable.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Change, Happening, ItemDraft, Payout } from '#lib/services/ports.ts'

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

type ItemRow = {
  id: string
  kind: string
  severity: string
  what: string
  why: string
  data: unknown
  openKey: string
  said: string | null
}

function itemRow(
  { kind, severity, subject, what, why, data = {}, said }: ItemDraft,
  payoutId: string | null,
): ItemRow {
  const about = [payoutId, subject].filter((part) => part != null).join(':')
  const openKey = openKeyOf(`${kind}:${about}`)
  const key = said === undefined ? null : `${openKey}#${said}`
  return { id: randomUUID(), kind, severity, what, why, data: toJson(data), openKey, said: key }
}

/**
 * Part `opened` of a statement: opens items, or counts them again while they are open. The same said again does not reopen one that a
 * person has closed. `after`: other parts, without a row of which nothing is opened.
 */
export function openedItems(
  add: AddValue,
  drafts: readonly ItemDraft[],
  payoutId: string | null,
  after?: string,
): string {
  // No row is written twice by one statement: of two under one key the later one is kept.
  const rows = new Map(drafts.map((draft) => itemRow(draft, payoutId)).map((row) => [row.openKey, row]))
  const sources = [
    ...(after === undefined ? [] : [after]),
    `jsonb_to_recordset(${add(JSON.stringify([...rows.values()]))}::jsonb)
      AS i (id uuid, kind text, severity text, what text, why text, data jsonb, "openKey" text, said text)`,
  ]
  return `opened AS (
    INSERT INTO open_item (id, kind, severity, payout_id, what, why, data, open_key, said)
    SELECT i.id, i.kind, i.severity, ${add(payoutId)}::uuid, i.what, i.why, i.data, i."openKey", i.said
    FROM ${sources.join(', ')}
    WHERE NOT EXISTS (SELECT FROM open_item closed WHERE closed.said = i.said AND closed.closed_by_id IS NOT NULL)
    ON CONFLICT (open_key) DO UPDATE
      SET last_seen_at = now(), seen = open_item.seen + 1, what = EXCLUDED.what, why = EXCLUDED.why, data = EXCLUDED.data,
        said = EXCLUDED.said
    RETURNING id, xmax = 0 AS fresh)`
}

/** Closes the open item with this key, if there is one. */
export async function closeOpenItem(
  db: PrismaClient | Transaction,
  key: string,
  reason: string,
): Promise<void> {
  // By hand, because Prisma makes a transaction of its own of it: a worker asks this at each heartbeat.
  await db.$executeRaw`
    UPDATE open_item SET closed_at = ${new Date()}, close_reason = ${reason}, open_key = NULL
    WHERE closed_at IS NULL AND open_key = ${openKeyOf(key)}`
}

/** Opens an item (true), or counts it again while it is open. The same said again does not reopen one that a person has closed. */
export async function openItem(tx: Transaction, draft: ItemDraft, payoutId: string | null): Promise<boolean> {
  const { add, values } = parameters()
  const opened = openedItems(add, [draft], payoutId)
  const rows = await tx.$queryRawUnsafe<{ fresh: boolean }[]>(
    `WITH ${opened} SELECT fresh FROM opened`,
    ...values,
  )
  return rows.some(({ fresh }) => fresh)
}
