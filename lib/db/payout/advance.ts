/** Changing a payout, the only way there is. Most changes are one statement; what is rare shares a transaction with it. */
import { applyApproval, countAutoApproval, notAllowedState } from '#lib/db/approval/approval-store.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import { inBatches } from '#lib/db/engine/batches.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { mailRows } from '#lib/db/message/mail-store.ts'
import { judgeCallbacksByOrder } from '#lib/db/order/callback-store.ts'
import { stoppedState } from '#lib/db/safety/stop-switch-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { applySettlement, overtakeSettlement } from '#lib/db/settlement/settlement-store.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Change, ChangePayouts, Lease, Payout, Progress } from '#lib/services/ports.ts'
import { advanceTogether, isUsual } from './advance-batch.ts'
import type { WorkersChange } from './advance-batch.ts'
import { advanceStatement, isCapped, learnsOrderId, targetOf } from './advance-statement.ts'
import { newsAt } from './due-work.ts'
import { callbackWaits, fromNow, noteEvent, toJson, writeEvent } from './payout-changes.ts'
import { toPayout } from './payout-rows.ts'
import type { PayoutRow } from './payout-rows.ts'

/** The SQLSTATE with which `order_is_plain` refuses: callbacks must be judged by the order id in the same transaction. */
const judgeState = 'PS004'

/** More than a worker has in hand at once, unless it is set higher. */
const mostTogether = 100

type Moved = PayoutRow & { mailIds?: string[] }

export function changePayouts(prisma: Database, hooks: StoreHooks, vault: Vault): ChangePayouts {
  // The statement gives its row of due work as it was before.
  const read = ({ work, ...moved }: Moved, { facts }: Change): Payout =>
    toPayout(
      {
        ...moved,
        work: work && { ...work, ...(facts?.progress && { progress: toJson(facts.progress) as Progress }) },
      },
      vault,
    )
  const advanceAlone: ChangePayouts['advance'] = async (was, change, actor, happening, lease) => {
    if (isOneStatement(was, change, lease)) {
      const { text, values } = advanceStatement(was, change, actor, happening, { lease, isAlone: true })
      const moved = await prisma.sql.query<Moved>(text, values).catch((error: unknown) => {
        if (isRefusedWith(error, judgeState)) return null
        throw error
      })
      if (moved?.length === 0 && learnsOrderId(was, change))
        await prisma.$transaction((tx) => learnOrderId(tx, was, change, false))
      if (moved) return moved[0] ? read(moved[0], change) : 'stale'
    }
    return prisma.$transaction(async (tx) => {
      const mails = await mailRows(tx, change.mails ?? [], vault)
      const { text, values } = advanceStatement(was, change, actor, happening, { lease, mails })
      const [moved] = await tx.$queryRawUnsafe<Moved[]>(text, ...values)
      await learnOrderId(tx, was, change, moved !== undefined)
      if (!moved) return 'stale'
      if (!(await applyRest(tx, was, change, actor, lease))) throw new Overtaken()
      if (moved.mailIds?.length) await hooks.enqueueMail(tx, moved.mailIds)
      return read(moved, change)
    })
  }
  const together = inBatches<WorkersChange, Payout | 'stale'>({
    most: mostTogether,
    keyOf: ({ was }) => was.id,
    together: (changes) => advanceTogether(prisma.sql, changes),
    alone: ({ was, change, actor, happening, lease }) => advanceAlone(was, change, actor, happening, lease),
  })
  const advance: ChangePayouts['advance'] = async (was, change, actor, happening, lease) => {
    if (!lease || !isOneStatement(was, change, lease) || !isUsual(was, change))
      return advanceAlone(was, change, actor, happening, lease)
    targetOf(was, change, actor)
    return together({ was, change, actor, happening, lease })
  }
  return {
    advance: (...args) =>
      advance(...args).catch((error: unknown) => {
        // After this worker had looked, payments were stopped, or an approval was taken back: no claim. The next look sees why.
        const overtaken = isRefusedWith(error, stoppedState) || isRefusedWith(error, notAllowedState)
        if (error instanceof Overtaken || overtaken) return 'stale' as const
        throw error
      }),

    async noteRevealed(payoutId, actor) {
      await prisma.$transaction(async (tx) => {
        await noteEvent(tx, payoutId, actor, { kind: 'revealed' })
        await writeAudit(tx, 'destination_revealed', actor, payoutId, {})
      })
    },

    async revokeLink(payoutId, actor) {
      await prisma.$transaction(async (tx) => {
        const revoked = await tx.payout.updateManyAndReturn({
          where: { id: payoutId, linkRevokedAt: null },
          data: { linkRevokedAt: new Date() },
          select: { id: true, version: true },
        })
        if (revoked[0]) await writeEvent(tx, revoked[0], actor, { kind: 'link_revoked' }, null)
      })
    },
  }
}

/** Something else got there first: rolls the whole change back. */
class Overtaken extends Error {}

/** Nothing has to be done under a lock that the statement itself takes, and no job must be written with it. */
const isOneStatement = (was: Payout, change: Change, lease: Lease | undefined): boolean =>
  (lease !== undefined || change.dueInMs === undefined) &&
  !change.mails?.length &&
  !change.approval &&
  !change.settlement &&
  !endsDoubt(was, change) &&
  !isCapped(change)

/** A proposal to settle it is moot then, also one that was made while the statement waited for the row. */
const endsDoubt = (was: Payout, { move }: Change) => move !== undefined && was.status === 'outcome_unknown'

/** Even a late answer tells us the order's id. The first one stored stays. */
async function learnOrderId(tx: Transaction, was: Payout, change: Change, moved: boolean): Promise<void> {
  const orderId = change.facts?.orderId
  if (orderId == null || !learnsOrderId(was, change)) return
  if (moved || (await adoptOrderId(tx, was, orderId))) await judgeCallbacksByOrder(tx, was, orderId)
}

async function adoptOrderId(tx: Transaction, was: Payout, orderId: string): Promise<boolean> {
  const adopted = await tx.$executeRaw`
    UPDATE payout SET order_id = ${orderId}
    WHERE id = ${was.id}::uuid AND order_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM payout WHERE order_id = ${orderId})`
  return adopted === 1
}

/** The rare parts, under the lock of the payout's row. False: something else got there first. */
async function applyRest(
  tx: Transaction,
  was: Payout,
  change: Change,
  actor: Actor,
  lease: Lease | undefined,
): Promise<boolean> {
  if (change.dueInMs !== undefined && !lease) await plan(tx, was.id, change.dueInMs)
  if (change.settlement && !(await applySettlement(tx, was, change.settlement, actor))) return false
  if (change.approval && !(await applyApproval(tx, was, change.approval, actor))) return false
  if (change.move === 'auto_approve' && change.autoCaps && isCapped(change))
    if (!(await countAutoApproval(tx, was, change.autoCaps))) return false
  if (endsDoubt(was, change)) await overtakeSettlement(tx, was.id)
  return true
}

/**
 * When the payout is due after a person's change; a worker says it with its release. No change cancels a look that news asked for, because
 * a callback may say that money moved. While a callback waits, the payout is due now, since the worker that has it may be about to die. A
 * statement of its own, because the callback may have come while the change waited for the payout's row.
 */
async function plan(tx: Transaction, payoutId: string, dueInMs: number | null): Promise<void> {
  const due =
    dueInMs === null
      ? Prisma.sql`due_at = CASE WHEN news_at IS NOT NULL OR ${callbackWaits} THEN LEAST(due_at, ${fromNow(0)}) END`
      : newsAt(Prisma.sql`CASE WHEN ${callbackWaits} THEN ${fromNow(0)} ELSE ${fromNow(dueInMs)} END`)
  await tx.$executeRaw`UPDATE payout_work SET ${due} WHERE payout_id = ${payoutId}::uuid`
}
