/** The callback inbox. A message is durable before it is answered; a repeat only counts. */
import { randomUUID } from 'node:crypto'
import type { CallbackAbout, CallbackMessage, CallbackStore, Payout } from '#lib/services/ports.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { openItem, toJson, writeEvent } from '#lib/db/payout/payout-changes.ts'
import { storeBatch } from './callback-batch.ts'
import { digestOf, signedOf } from './callback-digest.ts'
import { comparedCallbacks, toCallback } from './compared-callbacks.ts'
import type { CallbackRow as Row } from './compared-callbacks.ts'
import { createIntake } from './callback-intake.ts'
import { operationItem, otherOrderItem, unmatchedItem } from './callback-items.ts'
import { wokenByCallback } from './woken-by-callback.ts'

/** Far more than an ordinary day brings. Cardzo repeats what is refused for fourteen days. */
const unmatchedPerHour = 500
/** How many other operations are kept under one signature. It doesn't cover them, so anybody who saw a message can vary them. */
const operationsKept = 8

export function createCallbackStore(prisma: Database): CallbackStore {
  const intake = createIntake((batch) => storeBatch(prisma.sql, batch))
  return {
    take: intake.take,
    store: (message, payoutId, wakeEveryMs = 0) =>
      prisma.$transaction((tx) => store(tx, message, payoutId, wakeEveryMs)),
    ...comparedCallbacks(prisma.sql),
    raise: (callback, payoutId, item) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.callback.updateMany({
          where: { id: callback.id, comparedAt: null, raisedAt: null },
          data: { raisedAt: new Date() },
        })
        if (count === 0) return
        const subject = callback.id
        await openItem(tx, { ...item, subject, data: { ...item.data, callbackId: callback.id } }, payoutId)
      }),
    async forPayout(payoutId) {
      const rows = await prisma.callback.findMany({ where: { payoutId }, orderBy: { receivedAt: 'asc' } })
      return rows.map(toCallback)
    },
    async isUnmatched(clientOrderId) {
      return (await prisma.callback.findFirst({ where: { payoutId: null, clientOrderId } })) !== null
    },
  }
}

/** Lets only one transaction at a time past, for each of these names. */
async function inTurn(tx: Transaction, ...names: string[]): Promise<void> {
  for (const name of names)
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`callback ${name}`}, 0))`
}

/** The payout of a message. Its row stays locked, so that it can't get its order id or move while the message is judged. */
type Target = {
  id: string
  version: number
  clientOrderId: string
  orderId: string | null
  /** Another payout that has the message's order. */
  orderOf: string | null
}

async function targetOf(
  tx: Transaction,
  message: CallbackMessage,
  payoutId: string | null,
): Promise<Target | null> {
  const { clientOrderId, orderId } = message
  const where =
    payoutId === null
      ? Prisma.sql`p.client_order_id = ${clientOrderId} OR p.order_id = ${orderId}`
      : Prisma.sql`p.id = ${payoutId}::uuid`
  const rows = await tx.$queryRaw<Target[]>`
    SELECT p.id, p.version, p.client_order_id AS "clientOrderId", p.order_id AS "orderId",
           (SELECT other.id FROM payout other WHERE other.order_id = ${orderId} AND other.id <> p.id) AS "orderOf"
    FROM payout p WHERE ${where}
    ORDER BY p.client_order_id = ${clientOrderId} DESC LIMIT 1 FOR NO KEY UPDATE OF p`
  return rows[0] ?? null
}

async function store(
  tx: Transaction,
  message: CallbackMessage,
  payoutId: string | null,
  wakeEveryMs: number,
): ReturnType<CallbackStore['store']> {
  const { orderId, clientOrderId, operation } = message
  const signed = signedOf(message)
  // The payout may be just being created: that waits for the same name, and adopts what came before.
  await inTurn(tx, `signed ${signed}`, `client ${clientOrderId}`)
  let target = await targetOf(tx, message, payoutId)
  if (target === null) {
    // The same for a payout that is just getting this order id.
    await inTurn(tx, 'unmatched', `order ${orderId}`)
    target = await targetOf(tx, message, payoutId)
  }
  const known = await tx.callback.findMany({ where: { signed }, orderBy: { receivedAt: 'asc' } })
  const same = known.filter((one) => one.orderId === orderId && one.clientOrderId === clientOrderId)
  // The ids are cut at another place. Even if a forged one came first, a message that names our payout is accepted.
  if (same.length < known.length && target?.clientOrderId !== clientOrderId)
    return { answer: 'shifted', repeated: false }
  const digest = digestOf(message, operation)
  const repeated = repeatOf(message, same, digest)
  if (repeated) {
    const { about, comparedAt } = await tx.callback.update({
      where: { id: repeated.id },
      data: {
        deliveries: { increment: 1 },
        lastReceivedAt: new Date(),
        ...(repeated.payoutId === null && target && { payoutId: target.id }),
      },
    })
    // Repeats of what Cardzo's status has already confirmed are no reason to ask.
    if (target && about === 'status' && comparedAt === null) await wake(tx, target.id, wakeEveryMs)
    return { answer: 'stored', repeated: true }
  }
  if (target === null && (await isFull(tx))) return { answer: 'full', repeated: false }
  const about = aboutOf(message, target)
  const { status, type, params } = message
  await tx.callback.create({
    data: {
      ...{ id: randomUUID(), digest, signed, about, status, type, orderId, clientOrderId },
      params: toJson(params),
      payoutId: target?.id ?? null,
    },
  })
  if (target === null) await openItem(tx, unmatchedItem(message), null)
  else await takeIn(tx, message, about, target.id, wakeEveryMs)
  return { answer: 'stored', repeated: false }
}

/** The row that this message repeats: the equal one or, once enough operations are kept under its signature, any. */
function repeatOf(message: CallbackMessage, same: Row[], digest: string): Row | undefined {
  const equal = same.find((one) => one.digest === digest)
  if (equal) return equal
  const own = (one: Row) => one.about === 'status' || one.digest === digestOf(message)
  if (message.operation === undefined) return same.find((one) => one.about === 'status')
  return same.filter((one) => !own(one)).length >= operationsKept ? same[0] : undefined
}

function aboutOf(
  { orderId, clientOrderId, operation }: CallbackMessage,
  target: Target | null,
): CallbackAbout {
  const named = operation === undefined ? 'status' : 'operation'
  if (target === null) return named
  const differs =
    target.clientOrderId !== clientOrderId ||
    (target.orderId !== null && target.orderId !== orderId) ||
    target.orderOf !== null
  return differs ? 'other_order' : named
}

/** Messages that match no payout are bounded. Those beyond that are not stored, and Cardzo sends them again. */
async function isFull(tx: Transaction): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ full: boolean }[]>`
    SELECT count(*) >= ${unmatchedPerHour} AS full FROM (
      SELECT FROM callback WHERE payout_id IS NULL AND received_at > now() - interval '1 hour' LIMIT ${unmatchedPerHour}
    ) AS lately`
  return row?.full ?? false
}

/** A new message about a payout: writes the event, tells people if they must know, or wakes the payout. */
async function takeIn(
  tx: Transaction,
  message: CallbackMessage,
  about: CallbackAbout,
  payoutId: string,
  wakeEveryMs: number,
): Promise<void> {
  await noteOnPayout(tx, message, payoutId)
  if (about === 'other_order') await openItem(tx, otherOrderItem(message), payoutId)
  else if (about === 'operation') await openItem(tx, operationItem(message), payoutId)
  else await wake(tx, payoutId, wakeEveryMs)
}

async function wake(tx: Transaction, payoutId: string, everyMs: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE payout_work SET ${wokenByCallback(Prisma.sql`${everyMs}`)} WHERE payout_id = ${payoutId}::uuid`
}

async function noteOnPayout(tx: Transaction, message: CallbackMessage, payoutId: string): Promise<void> {
  const payout = await tx.payout.findUniqueOrThrow({
    where: { id: payoutId },
    select: { id: true, version: true },
  })
  const { status, orderId, clientOrderId, type } = message
  await writeEvent(
    tx,
    payout,
    { kind: 'cardzo' },
    { kind: 'callback_received', data: { status, orderId, clientOrderId, type, params: message.params } },
    null,
  )
}

/** Gives callbacks that came before the payout's row to it. */
export async function adoptCallbacks(
  tx: Transaction,
  payout: Pick<Payout, 'id' | 'clientOrderId'>,
): Promise<void> {
  await inTurn(tx, `client ${payout.clientOrderId}`)
  const adopted = await tx.callback.updateManyAndReturn({
    where: { payoutId: null, clientOrderId: payout.clientOrderId },
    data: { payoutId: payout.id },
  })
  for (const row of inOrder(adopted)) {
    await noteOnPayout(tx, toCallback(row), payout.id)
    if (row.about === 'operation') await openItem(tx, operationItem(toCallback(row)), payout.id)
  }
  if (adopted.length > 0) await closeUnmatched(tx)
}

/** The payout's order id is now known: a callback that names only one of the two ids is about another order. */
export async function judgeCallbacksByOrder(
  tx: Transaction,
  payout: Pick<Payout, 'id' | 'clientOrderId'>,
  orderId: string,
): Promise<void> {
  await inTurn(tx, `order ${orderId}`)
  const unmatched = await tx.callback.updateManyAndReturn({
    where: { payoutId: null, orderId, clientOrderId: { not: payout.clientOrderId } },
    data: { payoutId: payout.id },
  })
  for (const row of inOrder(unmatched)) await noteOnPayout(tx, toCallback(row), payout.id)
  const others = await tx.callback.updateManyAndReturn({
    where: {
      about: { not: 'other_order' },
      payoutId: { not: null },
      OR: [
        { payoutId: payout.id, orderId: { not: orderId } },
        { orderId, clientOrderId: { not: payout.clientOrderId } },
      ],
    },
    data: { about: 'other_order' },
  })
  for (const row of inOrder(others)) await openItem(tx, otherOrderItem(toCallback(row)), row.payoutId)
  if (unmatched.length > 0) await closeUnmatched(tx)
}

/** As they arrived, so that timeline and items tell them in that order. An UPDATE returns its rows in any. */
const inOrder = (rows: readonly Row[]): Row[] =>
  rows.toSorted((one, other) => Number(one.receivedAt) - Number(other.receivedAt))

async function closeUnmatched(tx: Transaction): Promise<void> {
  if ((await tx.callback.findFirst({ where: { payoutId: null }, select: { id: true } })) !== null) return
  await tx.openItem.updateMany({
    where: { openKey: 'callback_unmatched:' },
    data: { closedAt: new Date(), closeReason: 'Their payouts appeared.', openKey: null },
  })
}
