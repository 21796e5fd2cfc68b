/** The callback inbox. A message is durable before it is answered; a repeat only counts. */
import { createHash, randomUUID } from 'node:crypto'
import type { CallbackMessage, CallbackStore, Payout, StoredCallback } from '#lib/services/ports.ts'
import type { PrismaClient, Transaction } from './client.ts'
import type { Prisma } from './generated/client.ts'
import { fromNow, openItem, openKeyOf, toJson, writeEvent } from './payout-changes.ts'

/** Cardzo asks to tell repeats by these four (protocol section 5). */
const digestOf = ({ status, type, orderId, clientOrderId }: CallbackMessage) =>
  createHash('sha256')
    .update(JSON.stringify([status, type, orderId, clientOrderId]))
    .digest('hex')

export function createCallbackStore(prisma: PrismaClient): CallbackStore {
  return {
    store: (message, payoutId) =>
      prisma.$transaction(async (tx) => {
        const { repeated, compared } = await storeMessage(tx, message, payoutId)
        if (payoutId === null) await openItem(tx, unmatchedItem(message), null)
        else {
          if (!repeated) await noteOnPayout(tx, message, payoutId)
          // Thirty repeats of what Cardzo's status has already confirmed are thirty times nothing to ask about.
          if (!compared)
            await tx.$executeRaw`UPDATE payout SET due_at = ${fromNow(0)} WHERE id = ${payoutId}::uuid`
        }
        return { repeated }
      }),
    async uncompared(payoutId) {
      const rows = await prisma.callback.findMany({
        where: { payoutId, comparedAt: null },
        orderBy: { receivedAt: 'asc' },
      })
      return rows.map(toCallback)
    },
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
    async markCompared(ids) {
      await prisma.callback.updateMany({ where: { id: { in: ids } }, data: { comparedAt: new Date() } })
    },
    adopt: (payout) => prisma.$transaction((tx) => adoptCallbacks(tx, payout)),
    async forPayout(payoutId) {
      const rows = await prisma.callback.findMany({ where: { payoutId }, orderBy: { receivedAt: 'asc' } })
      return rows.map(toCallback)
    },
    async unmatched() {
      const rows = await prisma.callback.findMany({
        where: { payoutId: null },
        orderBy: { receivedAt: 'asc' },
      })
      return rows.map(toCallback)
    },
  }
}

/** Was the same message stored before, and has Cardzo's status been compared with it? */
async function storeMessage(
  tx: Transaction,
  message: CallbackMessage,
  payoutId: string | null,
): Promise<{ repeated: boolean; compared: boolean }> {
  const rows = await tx.$queryRaw<{ deliveries: number; compared: boolean }[]>`
    INSERT INTO callback (id, digest, status, type, order_id, client_order_id, params, payout_id)
    VALUES (${randomUUID()}::uuid, ${digestOf(message)}, ${message.status}, ${message.type}, ${message.orderId},
            ${message.clientOrderId}, ${JSON.stringify(toJson(message.params))}::jsonb, ${payoutId}::uuid)
    ON CONFLICT (digest) DO UPDATE
      SET deliveries = callback.deliveries + 1, last_received_at = now(),
          payout_id = COALESCE(callback.payout_id, EXCLUDED.payout_id)
    RETURNING deliveries, compared_at IS NOT NULL AS compared`
  return { repeated: (rows[0]?.deliveries ?? 1) > 1, compared: rows[0]?.compared ?? false }
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

const unmatchedItem = (message: CallbackMessage) => ({
  kind: 'callback_unmatched' as const,
  severity: 'high' as const,
  subject: message.clientOrderId,
  what: `Cardzo called back about an order that is not here: ${message.clientOrderId}`,
  why: `It is signed with this merchant's key and says "${message.status}" for order ${message.orderId}. It is kept, and matched if the payout appears.`,
  data: { status: message.status, orderId: message.orderId, clientOrderId: message.clientOrderId },
})

/** Callbacks that came before the payout's row now belong to it. */
export async function adoptCallbacks(
  tx: Transaction,
  payout: Pick<Payout, 'id' | 'clientOrderId'>,
): Promise<number> {
  const adopted = await tx.callback.updateManyAndReturn({
    where: { payoutId: null, clientOrderId: payout.clientOrderId },
    data: { payoutId: payout.id },
  })
  for (const row of adopted) await noteOnPayout(tx, toCallback(row), payout.id)
  if (adopted.length > 0) {
    await tx.openItem.updateMany({
      where: { openKey: openKeyOf(`callback_unmatched:${payout.clientOrderId}`) },
      data: { closedAt: new Date(), closeReason: 'The payout appeared.', openKey: null },
    })
  }
  return adopted.length
}

const toCallback = (row: Prisma.CallbackGetPayload<object>): StoredCallback => ({
  id: row.id,
  status: row.status,
  orderId: row.orderId,
  clientOrderId: row.clientOrderId,
  type: row.type,
  params: row.params as Record<string, string>,
  deliveries: row.deliveries,
  receivedAt: row.receivedAt,
  lastReceivedAt: row.lastReceivedAt,
  payoutId: row.payoutId,
  comparedAt: row.comparedAt,
})
