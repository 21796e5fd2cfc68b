/**
 * What is known of a receiver goes, at once from their own rows and, payout by payout, from what was asked for. Guards let through exactly
 * this: docs/decisions/0037-erasing-a-receiver.md.
 */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { destinationPlace } from '#lib/db/destination/destination-rows.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { payoutPlace } from '#lib/db/payout/payout-rows.ts'
import { endAccess } from '#lib/db/people/user-rows.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { erasedNumber } from '#lib/payouts/receiver-name.ts'
import type { ErasureObstacles, ErasureStore } from '#lib/services/ports.ts'

/** Before every id. */
const nobody = '00000000-0000-0000-0000-000000000000'
/** An account needs an address that is its own; no mail can go there. */
const erasedAddress = (userId: string) => `${userId}@erased.invalid`

export function createErasureStore(prisma: Database, vault: Vault): ErasureStore {
  return {
    obstacles: (receiverId) => obstaclesOf(prisma, receiverId),

    erase: (receiverId, actor, reason) =>
      prisma.$transaction((tx) => eraseReceiver(tx, vault, { receiverId, actor, reason })),

    goOn: (limit, workerId, after) =>
      prisma.$transaction(async (tx) => {
        const [receiver] = await tx.$queryRaw<{ id: string; externalId: string; erasedSeq: bigint }[]>`
          SELECT id, external_id AS "externalId", erased_seq AS "erasedSeq" FROM receiver
          WHERE erase_asked_at IS NOT NULL AND erased_at IS NULL AND id > ${after ?? nobody}::uuid ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`
        if (!receiver) return null
        const payouts = await tx.$queryRaw<{ id: string; seq: bigint; ended: boolean }[]>`
          SELECT id, seq, final_at IS NOT NULL AS ended FROM payout
          WHERE receiver_id = ${receiver.id}::uuid AND seq > ${receiver.erasedSeq} ORDER BY seq LIMIT ${limit}`
        // One that was asked for at the very moment: it ends first.
        const open = payouts.findIndex(({ ended }) => !ended)
        const ended = open === -1 ? payouts : payouts.slice(0, open)
        await erasePayouts(tx, vault, receiver, ended)
        const done = payouts.length < limit && open === -1
        await tx.$executeRaw`
          UPDATE receiver SET erased_seq = ${ended.at(-1)?.seq ?? receiver.erasedSeq},
            erased_at = CASE WHEN ${done} THEN clock_timestamp() END WHERE id = ${receiver.id}::uuid`
        if (done) await writeAudit(tx, 'receiver_erased', { kind: 'worker', id: workerId }, receiver.id, {})
        return { receiverId: receiver.id, payouts: ended.length, done }
      }),

    async idle(days, after, limit) {
      const rows = await prisma.$queryRaw<{ id: string; idle: boolean }[]>`
        SELECT r.id, r.erase_asked_at IS NULL AND r.created_at < w.since
          AND coalesce((SELECT p.created_at FROM payout p WHERE p.receiver_id = r.id ORDER BY p.seq DESC LIMIT 1) < w.since, true)
          AND NOT EXISTS (SELECT FROM payout p WHERE p.receiver_id = r.id AND (p.final_at IS NULL OR p.final_at >= w.since))
          AND NOT EXISTS (SELECT FROM imported_payout i WHERE i.receiver_id = r.id AND i.ended_at >= w.since)
          AND NOT EXISTS (SELECT FROM grant_row g WHERE g.receiver_id = r.id AND g.created_at >= w.since)
          AND NOT EXISTS (SELECT FROM session s JOIN app_user u ON u.id = s.user_id
                          WHERE u.receiver_id = r.id AND s.created_at >= w.since) AS idle
        FROM receiver r, (SELECT now() - make_interval(days => ${days}::int) AS since) w
        WHERE r.id > ${after ?? nobody}::uuid ORDER BY r.id LIMIT ${limit}`
      return {
        ids: rows.filter(({ idle }) => idle).map(({ id }) => id),
        last: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
      }
    },
  }
}

async function obstaclesOf(db: Database | Transaction, receiverId: string): Promise<ErasureObstacles | null> {
  const [found] = await db.$queryRaw<ErasureObstacles[]>`
    SELECT
      (SELECT count(*)::int FROM payout p WHERE p.receiver_id = r.id AND p.final_at IS NULL) AS open,
      (SELECT count(DISTINCT p.id)::int FROM payout p JOIN payout_in_doubt d ON d.payout_id = p.id
       WHERE p.receiver_id = r.id) AS "inDoubt",
      EXISTS (SELECT FROM balance b WHERE b.receiver_id = r.id AND (b.available_minor <> 0 OR b.reserved_minor <> 0)) AS balance
    FROM receiver r WHERE r.id = ${receiverId}::uuid AND r.erase_asked_at IS NULL`
  return found ?? null
}

/** Locks the receiver first, so that a payout that is being made comes before, and counts, or after, and finds nobody of this number. */
export async function eraseReceiver(
  tx: Transaction,
  vault: Vault,
  { receiverId, actor, reason }: { receiverId: string; actor: Actor; reason: string },
): Promise<boolean> {
  await tx.$queryRaw`SELECT FROM receiver WHERE id = ${receiverId}::uuid FOR UPDATE`
  const obstacles = await obstaclesOf(tx, receiverId)
  if (!obstacles || obstacles.open > 0 || obstacles.inDoubt > 0 || obstacles.balance) return false
  const users = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM app_user WHERE receiver_id = ${receiverId}::uuid FOR UPDATE`
  for (const { id } of users) {
    await tx.$executeRaw`
      UPDATE app_user SET email = ${erasedAddress(id)}, name = '…', phrase = NULL, password_hash = NULL, totp_secret = NULL,
        disabled_at = coalesce(disabled_at, now()) WHERE id = ${id}::uuid`
    await endAccess(tx, id)
    await tx.$executeRaw`UPDATE session SET ip = NULL, user_agent = NULL WHERE user_id = ${id}::uuid`
  }
  const destinations = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM destination WHERE receiver_id = ${receiverId}::uuid`
  const ids = destinations.map(({ id }) => id)
  await tx.$executeRaw`
    UPDATE destination d SET sealed = s.sealed, print = 'erased:' || d.id, label = '…', last4 = NULL, is_default = false,
      created_by_name = CASE WHEN d.created_by_id = ANY (${users.map(({ id }) => id)}::uuid[]) THEN '…' ELSE d.created_by_name END,
      removed_at = coalesce(d.removed_at, now())
    FROM unnest(${ids}::uuid[], ${ids.map((id) => vault.seal('{}', destinationPlace(id)))}::text[]) AS s(id, sealed)
    WHERE d.id = s.id`
  await tx.$executeRaw`
    UPDATE receiver SET external_id = ${erasedNumber(receiverId)}, email = NULL, first_name = NULL, last_name = NULL, locale = NULL,
      erase_asked_at = clock_timestamp() WHERE id = ${receiverId}::uuid`
  await tx.$executeRaw`
    UPDATE imported_payout SET account_last4 = NULL, note = NULL WHERE receiver_id = ${receiverId}::uuid`
  await writeAudit(tx, 'receiver_erasing', actor, receiverId, { reason })
  return true
}

async function erasePayouts(
  tx: Transaction,
  vault: Vault,
  receiver: { externalId: string },
  payouts: readonly { id: string; seq: bigint }[],
): Promise<void> {
  if (payouts.length === 0) return
  const ids = payouts.map(({ id }) => id)
  await tx.$executeRaw`
    UPDATE payout p SET destination_sealed = s.sealed, destination_print = NULL, account_last4 = NULL, ip_address = NULL,
      description = NULL, metadata = '{}', redirect_url = NULL, failure_message = NULL, gateway_message = NULL
    FROM unnest(${ids}::uuid[], ${ids.map((id) => vault.seal('{}', payoutPlace(id)))}::text[]) AS s(id, sealed)
    WHERE p.id = s.id`
  await tx.$executeRaw`
    UPDATE payout_search SET text = '', bank_print = NULL, account_print = NULL
    WHERE seq = ANY (${payouts.map(({ seq }) => seq)}::bigint[])`
  await tx.$executeRaw`UPDATE payout_note SET text = '…' WHERE payout_id = ANY (${ids}::uuid[]) AND text <> '…'`
  // One that still waits has nobody to go to.
  await tx.$executeRaw`
    UPDATE mail SET recipient = '', subject = '', text = '', sent_at = coalesce(sent_at, now())
    WHERE payout_id = ANY (${ids}::uuid[]) AND recipient NOT IN (SELECT email FROM app_user WHERE receiver_id IS NULL)`
  await tx.$executeRaw`UPDATE callback SET params = '{}' WHERE payout_id = ANY (${ids}::uuid[])`
  await tx.$executeRaw`UPDATE batch_row SET receiver = ${receiver.externalId} WHERE payout_id = ANY (${ids}::uuid[])`
}
