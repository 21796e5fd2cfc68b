/** Codes by which Cardzo ended payouts, and what the merchant wrote about them. */
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { openItem } from '#lib/db/payout/payout-changes.ts'
import { codeMaxCharacters } from '#lib/payouts/error-codes.ts'
import type { CodeWords } from '#lib/payouts/error-codes.ts'
import type { ErrorCodeStore } from '#lib/services/ports.ts'

/** Far more than a gateway has. If one made up a code for each payout, the list must not grow with them. */
const codesMax = 1_000

export function createErrorCodeStore(prisma: PrismaClient): ErrorCodeStore {
  return {
    async book() {
      const rows = await prisma.errorCode.findMany({ orderBy: { code: 'asc' }, take: codesMax })
      // Only confirmed changes write them, through the port's types.
      return new Map(rows.map(({ code, words }) => [code, words as CodeWords | null]))
    },

    note: (code, item) =>
      prisma.$transaction(async (tx) => {
        const noted = await tx.$executeRaw`
          INSERT INTO error_code (code)
          SELECT ${code} WHERE length(${code}) BETWEEN 1 AND ${codeMaxCharacters}
            AND (SELECT count(*) FROM error_code) < ${codesMax}
          ON CONFLICT DO NOTHING`
        if (noted === 1) await openItem(tx, item, null)
        return noted === 1
      }),
  }
}
