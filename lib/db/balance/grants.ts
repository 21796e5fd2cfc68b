/** One grant: made, found, taken back. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { untilKept } from '#lib/db/engine/until-kept.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { receiverFor, writeIn } from '#lib/db/payout/receivers.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Grant, GrantAnswer, GrantDraft, LedgerStore } from '#lib/services/ports.ts'
import { lockBalance } from './balances.ts'
import { payableFrom } from './holding-period.ts'

export function grantsWhere(
  db: PrismaClient | Transaction,
  where: Prisma.Sql,
  limit: number,
): Promise<Grant[]> {
  return db.$queryRaw<Grant[]>`
    SELECT g.id, g.receiver_id AS "receiverId", r.external_id AS "receiverExternalId", g.currency,
           g.amount_minor AS "amountMinor", g.reference, g.source, g.actor_name AS "actorName", g.created_at AS "createdAt",
           g.payable_from AS "payableFrom", t.at AS "reversedAt"
    FROM grant_row g JOIN receiver r ON r.id = g.receiver_id
    LEFT JOIN ledger_transfer t ON t.grant_id = g.id AND t.kind = 'grant_reversal'
    WHERE ${where} ORDER BY g.created_at DESC, g.id DESC LIMIT ${limit}`
}

/** Makes a grant and its transfer, once per reference and idempotency key. The caller undoes everything when the answer refuses it. */
export async function grant(tx: Transaction, draft: GrantDraft, actor: Actor): Promise<GrantAnswer> {
  const { receiver } = draft
  const receiverId = await receiverFor(tx, {
    externalId: receiver.externalId,
    email: receiver.email ?? null,
    firstName: receiver.firstName ?? null,
    lastName: receiver.lastName ?? null,
    locale: receiver.locale ?? null,
  })
  if (receiverId === null) return { kind: 'receiver_mismatch' }
  const { id, currency, amountMinor, reference, idempotencyKey, source } = draft
  const made = await tx.grant.createMany({
    data: {
      id,
      receiverId,
      currency,
      amountMinor,
      reference,
      idempotencyKey,
      source,
      payableFrom: await payableFrom(tx),
      ...actorColumns(actor),
    },
    // Parallel requests with one reference make one row; the others wait for it and find it.
    skipDuplicates: true,
  })
  if (made.count === 1) {
    await writeIn(tx, receiverId, receiver.locale ?? null)
    await tx.$executeRaw`
      INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, grant_id, actor_name)
      VALUES (${receiverId}::uuid, ${currency}, ${amountMinor}, 'granted', 'available', 'grant', ${id}::uuid,
              ${actorColumns(actor).actorName})`
    await writeAudit(tx, 'granted', actor, id, {
      receiverId,
      reference,
      currency,
      amountMinor: amountMinor.toString(),
    })
  }
  const known = await knownGrant(tx, draft)
  if (made.count === 1) return { kind: 'made', grant: known }
  await untilKept(tx)
  if (idempotencyKey !== null && known.reference !== reference)
    return { kind: 'other', by: 'idempotency_key', grant: known }
  const same =
    known.receiverId === receiverId && known.currency === currency && known.amountMinor === amountMinor
  return same ? { kind: 'existing', grant: known } : { kind: 'other', by: 'reference', grant: known }
}

/** The grant with its idempotency key, else the one with its reference. */
async function knownGrant(
  tx: Transaction,
  { reference, idempotencyKey }: Pick<GrantDraft, 'reference' | 'idempotencyKey'>,
): Promise<Grant> {
  const ofKey =
    idempotencyKey === null ? [] : await grantsWhere(tx, Prisma.sql`g.idempotency_key = ${idempotencyKey}`, 1)
  const known = ofKey[0] ?? (await grantsWhere(tx, Prisma.sql`g.reference = ${reference}`, 1))[0]
  if (!known) throw new Error('Bug: a grant was refused as a duplicate, but there is none')
  return known
}

/** Takes a whole grant back. Others that take from the same balance wait at its row. */
export async function reverse(
  tx: Transaction,
  grantId: string,
  reason: string,
  actor: Actor,
): ReturnType<LedgerStore['reverse']> {
  const found = await tx.grant.findUnique({ where: { id: grantId } })
  if (!found) return 'not_found'
  await lockBalance(tx, found.receiverId, found.currency)
  const before = await tx.ledgerTransfer.findFirst({ where: { grantId, kind: 'grant_reversal' } })
  if (before) return 'reversed_already'
  await tx.$executeRaw`
    INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, grant_id, actor_name)
    VALUES (${found.receiverId}::uuid, ${found.currency}, ${found.amountMinor}, 'available', 'granted', 'grant_reversal',
            ${grantId}::uuid, ${actorColumns(actor).actorName})`
  await writeAudit(tx, 'grant_reversed', actor, grantId, { reason })
  return 'reversed'
}
