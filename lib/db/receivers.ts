import { randomUUID } from 'node:crypto'
import type { NewReceiver } from '#lib/services/ports.ts'
import type { Transaction } from './client.ts'

/** The known receiver if nothing said about him differs (null if it does), else a new one. Nothing is updated silently. */
export async function receiverFor(tx: Transaction, draft: NewReceiver): Promise<string | null> {
  const made = await tx.receiver.createManyAndReturn({
    data: { id: randomUUID(), ...draft },
    skipDuplicates: true,
    select: { id: true },
  })
  if (made[0]) return made[0].id
  const known = await tx.receiver.findUniqueOrThrow({ where: { externalId: draft.externalId } })
  const differs = (['email', 'firstName', 'lastName'] as const).some(
    (name) => draft[name] !== null && draft[name] !== known[name],
  )
  return differs ? null : known.id
}
