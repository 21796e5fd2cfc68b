/** What an admin does alone about who may do what, in the transaction that does it. */
import { randomUUID } from 'node:crypto'
import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'

/** What one person may do by themselves; the database refuses the rest. They count as behind it from now on. */
export async function keepAtOnce(
  tx: Transaction,
  subjectId: string,
  act: AccessAct,
  actor: Actor & { kind: 'user' },
): Promise<void> {
  const { kind, ...what } = act
  await tx.$executeRaw`
    INSERT INTO access_change (id, kind, subject_id, what, proposed_by_id, proposed_by_name, decision, decided_at)
    VALUES (${randomUUID()}::uuid, ${kind}, ${subjectId}::uuid, ${JSON.stringify(toJson(what))}::jsonb, ${actor.id}::uuid,
            ${actor.name}, 'at_once', clock_timestamp())`
}
