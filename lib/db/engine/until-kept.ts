import type { Transaction } from './client.ts'

/**
 * For those who are told of something that an earlier request has written. Where commits wait for a standby, what is read may be on this
 * server alone, if somebody cancelled the wait of the one who wrote it: a failover would lose it. A commit of our own comes after that
 * one, so it waits for both. Outside a transaction, resolves when a standby has what was read before; inside, its commit waits.
 */
export async function untilKept(db: Pick<Transaction, '$executeRaw'>): Promise<void> {
  await db.$executeRaw`SELECT pg_logical_emit_message(true, 'portal', '')`
}
