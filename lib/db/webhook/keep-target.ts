/** Makes a target, or gives it another address, events or owner, as two admins agreed. A trigger compares it with their proposal. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { TargetDraft } from '#lib/services/ports.ts'

export async function keepTarget(
  tx: Transaction,
  id: string,
  draft: TargetDraft,
  actor: Actor,
): Promise<void> {
  const { whose: name, target: kind, addressSealed, addressShown, events, ownerId, chat } = draft
  const data = {
    name,
    kind,
    addressSealed,
    addressShown,
    events: [...events],
    ownerId,
    chat: chat === null ? Prisma.DbNull : toJson(chat),
  }
  await tx.webhookTarget.upsert({ where: { id }, create: { id, ...data }, update: data })
  await writeAudit(tx, 'webhook_target_kept', actor, id, { name, kind, addressShown, events, ownerId })
}
