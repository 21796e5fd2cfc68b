/** Saves a receiver's destination, in the caller's transaction. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { lastFour } from '#lib/payouts/fields.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Destination, DestinationDraft } from '#lib/services/ports.ts'
import { destinationColumns, destinationPlace, printOf, printsOf, toDestination } from './destination-rows.ts'
import type { DestinationRow } from './destination-rows.ts'

/** Changes of one receiver's destinations wait for each other here. */
export const lockReceiver = (tx: Transaction, receiverId: string) =>
  tx.$queryRaw`SELECT FROM receiver WHERE id = ${receiverId}::uuid FOR NO KEY UPDATE`

/** Locks the receiver and the destination until the transaction ends. */
export async function saveDestination(
  tx: Transaction,
  { hooks, vault }: { hooks: StoreHooks; vault: Vault },
  draft: DestinationDraft,
  actor: Actor,
): Promise<{ made: boolean; destination: Destination }> {
  const { receiverId, fields } = draft
  await lockReceiver(tx, receiverId)
  const prints = printsOf(vault, fields)
  const [known] = await tx.$queryRaw<{ id: string; isRemoved: boolean }[]>`
    SELECT id, removed_at IS NOT NULL AS "isRemoved" FROM destination
    WHERE receiver_id = ${receiverId}::uuid AND print = ANY (${prints}::text[])
    ORDER BY removed_at NULLS FIRST, created_at LIMIT 1 FOR NO KEY UPDATE`
  if (known?.isRemoved) {
    await tx.$executeRaw`
      UPDATE destination SET removed_at = NULL, is_default = ${isFirst(receiverId)} WHERE id = ${known.id}::uuid`
    await writeAudit(tx, 'destination_brought_back', actor, known.id, { receiverId })
  }
  if (!known) await insert(tx, { hooks, vault }, draft, actor, prints)
  const id = known?.id ?? draft.id
  const [row] = await tx.$queryRaw<DestinationRow[]>`
    SELECT ${destinationColumns} FROM destination d WHERE d.id = ${id}::uuid`
  if (!row) throw new Error(`Bug: destination ${id} vanished`)
  return { made: !known, destination: toDestination(row, vault) }
}

const isFirst = (receiverId: string) => Prisma.sql`
  NOT EXISTS (SELECT 1 FROM destination WHERE receiver_id = ${receiverId}::uuid AND removed_at IS NULL)`

async function insert(
  tx: Transaction,
  { hooks, vault }: { hooks: StoreHooks; vault: Vault },
  { id, receiverId, label, fields, coolingOffH, mails }: DestinationDraft,
  actor: Actor,
  prints: string[],
): Promise<void> {
  const { actorName } = actorColumns(actor)
  const createdById = actor.kind === 'user' ? actor.id : null
  const apiKeyId = actor.kind === 'api_key' ? actor.id : null
  const account = fields['account_number']
  const [paid] = await tx.$queryRaw<unknown[]>`
    SELECT FROM payout WHERE receiver_id = ${receiverId}::uuid AND status = 'paid' AND destination_print = ANY (${prints}::text[]) LIMIT 1`
  await tx.$executeRaw`
    INSERT INTO destination (id, receiver_id, label, sealed, print, last4, created_by_id, created_by_name, api_key_id, usable_from, is_default)
    SELECT ${id}::uuid, ${receiverId}::uuid, ${label}, ${vault.seal(JSON.stringify(fields), destinationPlace(id))},
      ${printOf(vault, fields)}, ${account === undefined ? null : lastFour(account)}, ${createdById}::uuid, ${actorName}, ${apiKeyId}::uuid,
      ${fromNow(paid ? 0 : coolingOffH * 3_600_000)}, ${isFirst(receiverId)}`
  await writeAudit(tx, 'destination_saved', actor, id, { receiverId })
  // The receiver was paid there before, so this is no news to them.
  if (paid) return
  const mailIds = await insertMails(tx, mails, null, vault)
  if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
}
