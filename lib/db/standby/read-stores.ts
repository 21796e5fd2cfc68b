import type { Database } from '#lib/db/engine/client.ts'
import { listPayouts } from '#lib/db/payout/find-payouts.ts'
import { readReports } from '#lib/db/report/report-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { ReadStores } from '#lib/services/standby/ports.ts'

/** What can be read from a standby. `prisma`: made with `isStandby`. */
export const createReadStores = (prisma: Database, vault: Vault): ReadStores => ({
  payouts: listPayouts({ prisma, vault, isStandby: true }),
  reports: readReports(prisma, vault, { isStandby: true }),
})
