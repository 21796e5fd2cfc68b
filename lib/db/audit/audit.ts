import type { Actor } from '#lib/payouts/permissions.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { AuditKind } from '#lib/services/ports.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'

/** What people did that is not a payout's own history. Only ever added to. */
export async function writeAudit(
  db: PrismaClient | Transaction,
  kind: AuditKind,
  actor: Actor,
  subject: string | null,
  data: Record<string, unknown>,
): Promise<void> {
  await db.auditEvent.create({
    data: { kind, subject, data: toJson(data), ...actorColumns(actor) },
  })
}
