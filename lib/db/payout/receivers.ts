import { randomUUID } from 'node:crypto'
import { receiverDifferences } from '#lib/payouts/text.ts'
import type { NewReceiver } from '#lib/services/ports.ts'
import type { Transaction } from '#lib/db/engine/client.ts'

/**
 * The known receiver, or null if names or e-mail differ from what is said; a new one if they are unknown. Updates nothing silently.
 */
export async function receiverFor(tx: Transaction, draft: NewReceiver): Promise<string | null> {
  const made = await tx.receiver.createManyAndReturn({
    data: { id: randomUUID(), ...draft },
    skipDuplicates: true,
    select: { id: true },
  })
  if (made[0]) return made[0].id
  await introduce(tx, draft)
  const known = await tx.receiver.findUniqueOrThrow({ where: { externalId: draft.externalId } })
  return receiverDifferences(known, draft).length > 0 ? null : known.id
}

/**
 * From now on they are written to in this language; null: as before. Call it before a lock on their balance is taken, as all who lock
 * both do.
 */
export async function writeIn(
  tx: Transaction,
  receiverId: string,
  locale: NewReceiver['locale'],
): Promise<void> {
  if (locale === null) return
  await tx.$executeRaw`
    UPDATE receiver SET locale = ${locale}::locale WHERE id = ${receiverId}::uuid AND locale IS DISTINCT FROM ${locale}::locale`
}

/** A receiver who only ever got a grant or a saved destination is known by id alone. The first request for them says who they are. */
async function introduce(
  tx: Transaction,
  { externalId, email, firstName, lastName }: NewReceiver,
): Promise<void> {
  if (email === null && firstName === null && lastName === null) return
  await tx.$executeRaw`
    UPDATE receiver SET email = ${email}, first_name = ${firstName}, last_name = ${lastName}
    WHERE external_id = ${externalId} AND email IS NULL AND first_name IS NULL AND last_name IS NULL
      AND NOT EXISTS (SELECT FROM payout WHERE receiver_id = receiver.id)
      AND NOT EXISTS (SELECT FROM app_user WHERE receiver_id = receiver.id)`
}
