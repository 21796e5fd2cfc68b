/** Writes the demo's past into its database. Only beside a gateway of this machine: seed.ts asks before it calls this. */
import { writePast } from '#lib/db/demo/past-payouts.ts'
import type { PastGrant } from '#lib/db/demo/past-payouts.ts'
import type { PastPayout } from '#lib/db/demo/past-rows.ts'
import type { CodeWords } from '#lib/payouts/error-codes.ts'
import { createPrisma } from '#lib/db/engine/client.ts'
import { vaultOf } from './deps.ts'
import type { Runtime } from './deps.ts'

export type { PastGrant } from '#lib/db/demo/past-payouts.ts'
export type { PastPayout, PastStep } from '#lib/db/demo/past-rows.ts'

/** False: it was there already, and nothing was written. */
export async function writeDemoPast(
  { databaseUrl, env }: Pick<Runtime, 'databaseUrl' | 'env'>,
  grants: readonly PastGrant[],
  payouts: readonly PastPayout[],
  /** What the merchant wrote about error codes. */
  words: Readonly<Record<string, CodeWords>>,
): Promise<boolean> {
  if (!env.cardzo.loopback) throw new Error('A made-up past belongs beside a simulator only')
  const prisma = createPrisma(databaseUrl, { poolSize: 1 })
  try {
    return await writePast(prisma, vaultOf(env), grants, payouts, words)
  } finally {
    await prisma.$disconnect()
  }
}
