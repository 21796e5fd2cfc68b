import { endpointPlace } from '#lib/db/endpoint/endpoint-store.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import type { Resealed } from '#lib/services/ports.ts'
import { Unreadable, namedUnreadable } from './unreadable.ts'
import type { Vault } from './vault.ts'

type World = { prisma: PrismaClient; vault: Vault; signal: AbortSignal | undefined }

/** A handful of rows, so they are read whole. Counts secrets. */
export async function resealEndpoints({ prisma, vault, signal }: World, told: Resealed): Promise<number> {
  const again = (sealed: string | null, place: string) => {
    if (sealed === null || sealed.startsWith(vault.currentPrefix) || signal?.aborted) return null
    const opened = new Unreadable()
    try {
      return vault.seal(opened.open(vault, sealed, place), place)
    } catch (error) {
      if (!opened.failed) throw error
      told.unreadable += 1
      if (told.firstUnreadable.length < namedUnreadable) told.firstUnreadable.push(place)
      return null
    }
  }
  let secrets = 0
  for (const row of await prisma.endpoint.findMany())
    for (const [column, kind] of endpointSecrets) {
      const sealed = row[column]
      const fresh = again(sealed, endpointPlace(row.id, kind))
      if (fresh === null) continue
      const { count } = await prisma.endpoint.updateMany({
        where: { id: row.id, [column]: sealed },
        data: { [column]: fresh },
      })
      secrets += count
    }
  for (const { id, endpointId, kind, sealed } of await prisma.endpointSecret.findMany()) {
    const fresh = again(sealed, endpointPlace(endpointId, kind === 'key' ? 'key' : 'control'))
    if (fresh === null) continue
    secrets += (await prisma.endpointSecret.updateMany({ where: { id, sealed }, data: { sealed: fresh } }))
      .count
  }
  return secrets
}

const endpointSecrets = [
  ['keySealed', 'key'],
  ['nextKeySealed', 'key'],
  ['controlSealed', 'control'],
  ['nextControlSealed', 'control'],
] as const
