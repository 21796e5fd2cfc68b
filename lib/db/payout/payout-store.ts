/** Payouts in PostgreSQL, put together from what can be done with them. */
import type { Database } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { PayoutStore } from '#lib/services/ports.ts'
import { changePayouts } from './advance.ts'
import { createPayouts } from './create-payout.ts'
import { dueWork } from './due-work.ts'
import { findPayouts } from './find-payouts.ts'

export const createPayoutStore = (prisma: Database, hooks: StoreHooks, vault: Vault): PayoutStore => ({
  ...createPayouts(prisma, hooks, vault),
  ...findPayouts(prisma, vault),
  ...changePayouts(prisma, hooks, vault),
  ...dueWork(prisma, vault),
})
