/** How the merchant presents itself: one row, changed by two admins, and the pictures that were proposed as its logo. */
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import { noBrand } from '#lib/payouts/brand.ts'
import type { Brand } from '#lib/payouts/brand.ts'
import type { LogoType } from '#lib/payouts/logo.ts'
import type { BrandStore } from '#lib/services/ports.ts'

export function createBrandStore(prisma: PrismaClient): BrandStore {
  return {
    read: () => readBrand(prisma),

    async keepLogo(picture) {
      await prisma.brandLogo.createMany({ data: [picture], skipDuplicates: true })
    },

    async logo(hash) {
      const row = await prisma.brandLogo.findUnique({ where: { hash } })
      // A constraint knows the types too.
      return row && { type: row.type as LogoType, bytes: row.bytes }
    },
  }
}

export async function readBrand(db: PrismaClient | Transaction): Promise<Brand> {
  const row = await db.brand.findUnique({ where: { id: 1 } })
  // Only confirmed changes write it, through the port's types.
  return { ...noBrand, ...(row?.body as Partial<Brand> | undefined) }
}

/** Changes what is given. */
export async function writeBrand(tx: Transaction, given: Partial<Brand>): Promise<void> {
  const body = toJson({ ...(await readBrand(tx)), ...given })
  await tx.brand.upsert({ where: { id: 1 }, create: { body }, update: { body } })
}
