/** Approvals. `advance` writes them, together with the payout's own change. */
import { randomUUID } from 'node:crypto'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'
import { wakeAll } from '#lib/db/payout/due-work.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approverRoles } from '#lib/payouts/policy.ts'
import type { ApproverRole, AutoCaps, AutoToday } from '#lib/payouts/policy.ts'
import type { Approval, ApprovalStore, Change, Payout } from '#lib/services/ports.ts'
import { needing, readQueue } from './approval-queue.ts'

/** The SQLSTATE with which a trigger refuses a claim whose time has not come or which lacks approvals. */
export const notAllowedState = 'PS002'

export function createApprovalStore(prisma: PrismaClient): ApprovalStore {
  return {
    forPayouts: (ids) => prisma.$queryRaw<Approval[]>`
      SELECT a.id, a.payout_id AS "payoutId", a.content_hash AS "contentHash", a.order_id AS "orderId",
             a.approver_id AS "approverId", a.approver_name AS "approverName", a.person_id AS "personId", ${rolesOfPerson(Prisma.sql`a.person_id`)} AS roles, a.note, a.at,
             a.voided_at AS "voidedAt", a.void_reason AS "voidReason",
             a.voided_at IS NULL AND a.content_hash = p.content_hash AND a.order_id IS NOT DISTINCT FROM p.order_id
               AND u.role = 'approver' AND u.disabled_at IS NULL AS counts
      FROM approval a JOIN payout p ON p.id = a.payout_id JOIN app_user u ON u.id = a.approver_id
      WHERE a.payout_id = ANY (${ids}::uuid[]) ORDER BY a.at, a.id`,

    async rolesOf(userId) {
      const [row] = await prisma.$queryRaw<{ roles: ApproverRole[] }[]>`
        SELECT ${rolesOfPerson(Prisma.sql`u.person_id`)} AS roles FROM app_user u WHERE u.id = ${userId}::uuid`
      return row?.roles ?? []
    },

    needing: ({ userId, decides }) => needing(prisma, userId, decides),

    queue: (who, tab, limit) => readQueue(prisma, who, tab, limit),

    async take(payoutId, person, forMs) {
      const taken = await prisma.$executeRaw`
        INSERT INTO payout_taken (payout_id, user_id, user_name, until)
        SELECT id, ${person.id}::uuid, ${person.name}, ${fromNow(forMs)} FROM payout
        WHERE id = ${payoutId}::uuid AND status = 'awaiting_approval'
        ON CONFLICT (payout_id) DO UPDATE SET user_id = EXCLUDED.user_id, user_name = EXCLUDED.user_name, until = EXCLUDED.until
          WHERE payout_taken.until <= now() OR payout_taken.user_id = EXCLUDED.user_id`
      return taken === 1
    },

    async drop(payoutId, person) {
      const { count } = await prisma.payoutTaken.deleteMany({ where: { payoutId, userId: person.id } })
      return count === 1
    },

    approvedToday: (approverId, currency) => approvedToday(prisma, approverId, currency),

    autoToday: (currency, apiKeyId) => autoToday(prisma, currency, apiKeyId),
  }
}

/** The roles of a person's enabled accounts that a rule can ask for. */
const rolesOfPerson = (person: Prisma.Sql) => Prisma.sql`
  ARRAY(SELECT DISTINCT o.role::text FROM app_user o
        WHERE o.person_id = ${person} AND o.disabled_at IS NULL AND o.role::text = ANY (${[...approverRoles]}::text[]))`

const beforeClaim = Prisma.sql`('requested', 'checking', 'awaiting_approval', 'approved')`

/** Called in the transaction that takes the right to approve away. The worker moves the payouts; until then a trigger refuses the claim. */
export async function voidAllOf(tx: Transaction, approverId: string, reason: string): Promise<string[]> {
  // Locks the payouts first, in the order of every writer.
  const payouts = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM payout
    WHERE status IN ${beforeClaim} AND id IN (
      SELECT payout_id FROM approval WHERE approver_id = ${approverId}::uuid AND voided_at IS NULL)
    ORDER BY id FOR NO KEY UPDATE`
  const ids = payouts.map(({ id }) => id)
  await wakeAll(tx, ids)
  await tx.$executeRaw`
    UPDATE approval SET voided_at = clock_timestamp(), void_reason = ${reason}, open_key = NULL
    WHERE payout_id = ANY (${ids}::uuid[]) AND approver_id = ${approverId}::uuid AND voided_at IS NULL`
  return ids
}

async function approvedToday(
  db: PrismaClient | Transaction,
  approverId: string,
  currency: string,
): Promise<bigint> {
  const [row] = await db.$queryRaw<{ sum: bigint }[]>`
    SELECT coalesce(sum(amount_minor), 0)::bigint AS sum FROM approval
    WHERE person_id = (SELECT person_id FROM app_user WHERE id = ${approverId}::uuid) AND currency = ${currency}
      AND voided_at IS NULL AND at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`
  return row?.sum ?? 0n
}

async function autoToday(
  db: PrismaClient | Transaction,
  currency: string,
  apiKeyId: string | null,
): Promise<AutoToday> {
  const [row] = await db.$queryRaw<AutoToday[]>`
    SELECT coalesce(sum(amount_minor), 0)::bigint AS "allMinor",
           coalesce(sum(amount_minor) FILTER (WHERE api_key_id = ${apiKeyId}::uuid), 0)::bigint AS "keyMinor"
    FROM auto_approval WHERE currency = ${currency} AND at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`
  return row ?? { allMinor: 0n, keyMinor: 0n }
}

/** Any number; the second one tells currencies apart. */
const autoLock = 734102

/** Called in the transaction of an automatic approval. False when a cap was used up since it was judged: roll everything back. */
export async function countAutoApproval(
  tx: Transaction,
  payout: Pick<Payout, 'id' | 'currency' | 'apiKeyId' | 'amountMinor'>,
  { dayMinor, keyDayMinor }: AutoCaps,
): Promise<boolean> {
  const { id, currency, apiKeyId, amountMinor } = payout
  if (dayMinor !== null || keyDayMinor !== null) {
    // One at a time in this currency, so that no two use the same room.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${autoLock}::int, hashtext(${currency}))::text`
    const { allMinor, keyMinor } = await autoToday(tx, currency, apiKeyId)
    if (dayMinor !== null && allMinor + amountMinor > dayMinor) return false
    if (keyDayMinor !== null && apiKeyId !== null && keyMinor + amountMinor > keyDayMinor) return false
  }
  await tx.autoApproval.create({ data: { payoutId: id, currency, apiKeyId, amountMinor } })
  return true
}

/**
 * The caller's transaction has changed the payout's row and so has it locked. False when this person has approved it before, or has
 * used up their daily limit: roll everything back.
 */
export async function applyApproval(
  tx: Transaction,
  payout: Pick<Payout, 'id' | 'contentHash' | 'orderId' | 'amountMinor' | 'currency'>,
  change: NonNullable<Change['approval']>,
  actor: Actor,
): Promise<boolean> {
  if (change.do === 'void') {
    const whose =
      change.approverId === null ? Prisma.empty : Prisma.sql`AND approver_id = ${change.approverId}::uuid`
    await tx.$executeRaw`
      UPDATE approval SET voided_at = clock_timestamp(), void_reason = ${change.reason}, open_key = NULL
      WHERE payout_id = ${payout.id}::uuid AND voided_at IS NULL ${whose}`
    return true
  }
  if (actor.kind !== 'user') throw new Error('Bug: only people approve')
  if (change.dayLimitMinor !== null) {
    // One approval of this person at a time, with whichever account, so that no two use the same room under their limit.
    await tx.$queryRaw`
      SELECT FROM app_user WHERE person_id = (SELECT person_id FROM app_user WHERE id = ${actor.id}::uuid)
      ORDER BY id FOR NO KEY UPDATE`
    const used = await approvedToday(tx, actor.id, payout.currency)
    if (used + payout.amountMinor > change.dayLimitMinor) return false
  }
  const given = await tx.$executeRaw`
    INSERT INTO approval (id, payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, note, open_key)
    SELECT ${randomUUID()}::uuid, ${payout.id}::uuid, ${payout.contentHash}, ${payout.orderId}, u.id, u.name, u.person_id,
           ${payout.amountMinor}, ${payout.currency}, ${change.note}, ${payout.id} || ':' || u.person_id
    FROM app_user u JOIN payout p ON p.id = ${payout.id}::uuid AND p.content_hash = ${payout.contentHash}
    WHERE u.id = ${actor.id}::uuid
    ON CONFLICT (open_key) DO NOTHING`
  return given === 1
}
