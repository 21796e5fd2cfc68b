/** Changing a payout, the only way there is: the row, its event, its items and mails in one transaction. */
import { randomUUID } from 'node:crypto'
import { applyApproval, countAutoApproval, notAllowedState } from '#lib/db/approval/approval-store.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import { endReserve } from '#lib/db/balance/reserve.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { judgeCallbacksByOrder } from '#lib/db/order/callback-store.ts'
import { stoppedState } from '#lib/db/safety/stop-switch-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { applySettlement, overtakeSettlement } from '#lib/db/settlement/settlement-store.ts'
import { mayMove } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal, next } from '#lib/payouts/transitions.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Change, ChangePayouts, Lease, Payout } from '#lib/services/ports.ts'
import { heldBy, newsAt } from './due-work.ts'
import {
  callbackWaits,
  closeItems,
  factClauses,
  fromNow,
  noteEvent,
  openItem,
  writeEvent,
} from './payout-changes.ts'
import { findPayout } from './payout-rows.ts'

export function changePayouts(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): ChangePayouts {
  return {
    advance: async (was, change, actor, happening, lease) => {
      const advanced = prisma.$transaction(async (tx) => {
        const fresh = await updateRow(tx, was, change, actor, lease)
        const orderId = change.facts?.orderId
        if (orderId != null && was.orderId === null && (fresh || (await adoptOrderId(tx, was, orderId))))
          await judgeCallbacksByOrder(tx, was, orderId)
        const to = change.move === undefined ? undefined : next(was.status, change.move)
        const moved = { move: change.move, from: was.status, to }
        const version = was.version + (fresh && to !== undefined ? 1 : 0)
        // An answer is evidence even when it came too late to move anything.
        const kept = fresh ? happening : { ...happening, data: { ...happening.data, stale: true } }
        await writeEvent(tx, { id: was.id, version }, actor, kept, fresh ? moved : null)
        // A stale move opens nothing. What Cardzo said is worth an item whenever it was heard.
        if (fresh || change.move === undefined)
          for (const item of change.items ?? []) await openItem(tx, item, was.id)
        if (change.gatewayChange) await keepGatewayChange(tx, was.id, change.gatewayChange)
        if (!fresh) return 'stale'
        if (change.settlement && !(await applySettlement(tx, was, change.settlement, actor)))
          throw new Overtaken()
        if (change.approval && !(await applyApproval(tx, was, change.approval, actor))) throw new Overtaken()
        if (change.move === 'auto_approve' && !(await countAutoApproval(tx, was, change.autoCaps ?? noCaps)))
          throw new Overtaken()
        if (to !== undefined && isFinal(to)) await endReserve(tx, was, to, actor)
        if (change.move !== undefined) await endWait(tx, was, change.move)
        if (change.closeItems) await closeItems(tx, was.id, change.closeItems)
        const mailIds = await insertMails(tx, change.mails ?? [], was.id, vault)
        if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
        const now = await findPayout(tx, vault, { id: was.id })
        if (!now) throw new Error(`Bug: payout ${was.id} vanished`)
        return now
      })
      return advanced.catch((error: unknown) => {
        // After this worker had looked, payments were stopped, or an approval was taken back: no claim. The next look sees why.
        const overtaken = isRefusedWith(error, stoppedState) || isRefusedWith(error, notAllowedState)
        if (error instanceof Overtaken || overtaken) return 'stale' as const
        throw error
      })
    },

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

const noCaps = { dayMinor: null, keyDayMinor: null }

/** Something else got there first: rolls the whole change back. */
class Overtaken extends Error {}

/** Closes what was about the status that the payout has just left. */
async function endWait(tx: Transaction, was: Payout, move: PayoutMove): Promise<void> {
  if (was.status === 'outcome_unknown') await overtakeSettlement(tx, was.id)
  // A claim may be given up again, so it doesn't end the wait; sending does.
  const waitsOn = move === 'claim' || move === 'release_unsent'
  await closeItems(tx, was.id, {
    kinds: [
      'form_not_filled',
      'destination_unreadable',
      'worker_failed',
      ...(waitsOn ? [] : ['stuck' as const]),
    ],
    reason: 'The payout moved on.',
  })
}

/**
 * When the payout is due after a person's change; a worker says it with its release. No change cancels a look that news asked for, because
 * a callback may say that money moved. While a callback waits, the payout is due now, since the worker that has it may be about to die.
 */
function dueClause(dueInMs: number | null): Prisma.Sql {
  if (dueInMs === null)
    return Prisma.sql`due_at = CASE WHEN news_at IS NOT NULL OR ${callbackWaits} THEN LEAST(due_at, ${fromNow(0)}) END`
  return newsAt(Prisma.sql`CASE WHEN ${callbackWaits} THEN ${fromNow(0)} ELSE ${fromNow(dueInMs)} END`)
}

/** Moves the row if nobody has moved it since `was`; false when it is stale. Throws when the move is not the actor's to make. */
async function updateRow(
  tx: Transaction,
  was: Payout,
  change: Change,
  actor: Actor,
  lease?: Lease,
): Promise<boolean> {
  const to = targetOf(was, change, actor)
  const { progress, ...facts } = change.facts ?? {}
  const clauses = [Prisma.sql`updated_at = now()`, ...factClauses(facts)]
  if (to !== undefined) {
    clauses.push(Prisma.sql`status = ${to}::payout_status`, Prisma.sql`version = version + 1`)
    // One of several approvals starts no new wait.
    if (to !== was.status) clauses.push(Prisma.sql`stage_since = now()`)
    if (isFinal(to)) clauses.push(Prisma.sql`final_at = now()`)
  }
  const set = Prisma.join(clauses, ', ')
  const seen = Prisma.sql`id = ${was.id}::uuid AND version = ${was.version}`
  const updated = lease
    ? await tx.$executeRaw`
        WITH ${heldBy(lease, seen)} UPDATE payout SET ${set} FROM held WHERE payout.id = held.payout_id`
    : await tx.$executeRaw`UPDATE payout SET ${set} WHERE ${seen}`
  if (updated !== 1) return false
  const work = [
    ...(progress ? [Prisma.sql`progress = ${JSON.stringify(progress)}::jsonb`] : []),
    ...(change.dueInMs === undefined || lease ? [] : [dueClause(change.dueInMs)]),
  ]
  if (work.length > 0)
    await tx.$executeRaw`UPDATE payout_work SET ${Prisma.join(work, ', ')} WHERE payout_id = ${was.id}::uuid`
  return true
}

function targetOf(was: Payout, change: Change, actor: Actor): PayoutStatus | undefined {
  if (change.move === undefined) return undefined
  if (!mayMove(actor, change.move)) throw new Error(`Bug: ${actor.kind} cannot make the move ${change.move}`)
  const to = next(was.status, change.move)
  if (to === undefined) throw new Error(`Bug: the move ${change.move} does not exist in ${was.status}`)
  return to
}

/** Even a late answer tells us the order's id. The first one stored stays. True: this one was stored. */
async function adoptOrderId(tx: Transaction, was: Payout, orderId: string): Promise<boolean> {
  const adopted = await tx.$executeRaw`
    UPDATE payout SET order_id = ${orderId}
    WHERE id = ${was.id}::uuid AND order_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM payout WHERE order_id = ${orderId})`
  return adopted === 1
}

/** Keeps each different word that Cardzo says after the end, with the time it was first heard. */
async function keepGatewayChange(
  tx: Transaction,
  payoutId: string,
  change: NonNullable<Change['gatewayChange']>,
): Promise<void> {
  await tx.gatewayChange.createMany({
    // An index holds about 2,700 bytes of it, and a status is one word.
    data: { id: randomUUID(), payoutId, ...change, gatewayStatus: change.gatewayStatus.slice(0, 200) },
    skipDuplicates: true,
  })
}
