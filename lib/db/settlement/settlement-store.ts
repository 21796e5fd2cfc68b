/** Settlements of unknown outcomes. `advance` writes them, together with the payout's own change. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Change, Payout, Settlement, SettlementStore } from '#lib/services/ports.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'

export function createSettlementStore(prisma: PrismaClient): SettlementStore {
  return {
    async forPayouts(ids) {
      const rows = await prisma.settlement.findMany({
        where: { payoutId: { in: ids } },
        orderBy: { proposedAt: 'asc' },
      })
      return rows.map(toSettlement)
    },
  }
}

/**
 * The caller's transaction has changed the payout's row and so has it locked: proposals, decisions and Cardzo's answers come here one
 * at a time. False when there is no such settlement to decide on, or another one waits.
 */
export async function applySettlement(
  tx: Transaction,
  payout: Pick<Payout, 'id' | 'version'>,
  change: NonNullable<Change['settlement']>,
  actor: Actor,
): Promise<boolean> {
  if (actor.kind !== 'user') throw new Error('Bug: only people settle')
  if (change.do === 'propose') {
    const made = await tx.settlement.createMany({
      data: {
        ...change.draft,
        payoutId: payout.id,
        version: payout.version,
        proposedById: actor.id,
        proposedByName: actor.name,
        openKey: payout.id,
      },
      skipDuplicates: true,
    })
    return made.count === 1
  }
  const decided = await tx.settlement.updateMany({
    where: { id: change.id, openKey: payout.id },
    data: {
      decision: change.do === 'confirm' ? 'confirmed' : 'withdrawn',
      decidedById: actor.id,
      decidedByName: actor.name,
      decidedAt: new Date(),
      openKey: null,
    },
  })
  return decided.count === 1
}

/** The payout's outcome is no longer unknown, so a waiting proposal is moot. */
export async function overtakeSettlement(tx: Transaction, payoutId: string): Promise<void> {
  await tx.settlement.updateMany({
    where: { openKey: payoutId },
    data: { decision: 'overtaken', decidedAt: new Date(), openKey: null },
  })
}

const toSettlement = (row: Prisma.SettlementGetPayload<object>): Settlement => ({
  id: row.id,
  payoutId: row.payoutId,
  outcome: row.outcome as Settlement['outcome'],
  reason: row.reason,
  evidence: row.evidence,
  version: row.version,
  proposedById: row.proposedById,
  proposedByName: row.proposedByName,
  proposedAt: row.proposedAt,
  decidedById: row.decidedById,
  decidedByName: row.decidedByName,
  decidedAt: row.decidedAt,
  decision: row.decision as Settlement['decision'],
})
