/** Payouts in PostgreSQL. `advance` is the only way one changes: the row, its event, its items and mails in one transaction. */
import { applyApproval, countAutoApproval, notAllowedState } from '#lib/db/approval/approval-store.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import { endReserve, reserve } from '#lib/db/balance/ledger-store.ts'
import { printOf } from '#lib/db/destination/destination-rows.ts'
import { saveDestination } from '#lib/db/destination/save-destination.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { adoptCallbacks, judgeCallbacksByOrder } from '#lib/db/order/callback-store.ts'
import { readGate } from '#lib/db/order/gate-store.ts'
import { stoppedState } from '#lib/db/safety/stop-switch-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { applySettlement, overtakeSettlement } from '#lib/db/settlement/settlement-store.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal, next } from '#lib/payouts/transitions.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import type {
  Happening,
  Lease,
  Leased,
  NewPayout,
  NotCreated,
  Payout,
  PayoutStore,
  ReceiverLimits,
} from '#lib/services/ports.ts'
import { withinLimits } from './limits.ts'
import {
  adoptOrderId,
  callbackWaits,
  closeItems,
  factClauses,
  fromNow,
  keepGatewayChange,
  openItem,
  toJson,
  updateRow,
  writeEvent,
} from './payout-changes.ts'
import { linkStillWorks, whereOf } from './payout-queries.ts'
import { payoutPlace, toEvent, toPayout, withPeople } from './payout-rows.ts'
import { receiverFor } from './receivers.ts'

export function createPayoutStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): PayoutStore {
  const one = async (
    db: PrismaClient | Transaction,
    where: Prisma.PayoutWhereUniqueInput,
  ): Promise<Payout | null> => {
    const row = await db.payout.findUnique({ where, include: withPeople })
    return row && toPayout(row, vault)
  }
  const toPayouts = (rows: Parameters<typeof toPayout>[0][]) => rows.map((row) => toPayout(row, vault))
  const byToken = async (column: Prisma.Sql, hash: string) => {
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM payout WHERE ${column} = ${hash} AND ${linkStillWorks}`
    return rows[0] ? one(prisma, { id: rows[0].id }) : null
  }

  return {
    create: (draft, actor, mails, limits) =>
      create(prisma, hooks, vault, draft, actor, mails, limits).catch((error: unknown) => {
        if (error instanceof NotAvailable) return error.answer
        throw error
      }),
    find: (id) => one(prisma, { id }),
    async findMany(ids) {
      const rows = await prisma.payout.findMany({ where: { id: { in: ids } }, include: withPeople })
      return toPayouts(rows)
    },
    async findNumbered(seqs) {
      const rows = await prisma.payout.findMany({
        where: { seq: { in: seqs } },
        include: withPeople,
        orderBy: { seq: 'asc' },
      })
      return toPayouts(rows)
    },
    async accountsBehind(ids) {
      const rows = await prisma.$queryRaw<{ payoutId: string; userId: string }[]>`
        WITH base AS MATERIALIZED (
          SELECT p.id, node FROM unnest(${ids}::uuid[]) AS p (id), LATERAL behind_payout(p.id) AS node),
        hand AS MATERIALIZED (
          SELECT one.node, person FROM (SELECT DISTINCT node FROM base) AS one, LATERAL one_hand(one.node) AS person)
        SELECT DISTINCT base.id AS "payoutId", other.id AS "userId"
        FROM base JOIN hand USING (node) JOIN app_user other ON other.person_id = hand.person`
      const behind = new Map<string, string[]>(ids.map((id) => [id, []]))
      for (const { payoutId, userId } of rows) behind.get(payoutId)?.push(userId)
      return behind
    },
    findByIdempotencyKey: (idempotencyKey) => one(prisma, { idempotencyKey }),
    findByOrderId: (orderId) => one(prisma, { orderId }),
    findByClientOrderId: (clientOrderId) => one(prisma, { clientOrderId }),
    findByStatusToken: (hash) => byToken(Prisma.sql`status_token_hash`, hash),
    // The return address outlives the status link: a late browser is still told something useful.
    findByReturnToken: (returnTokenHash) => one(prisma, { returnTokenHash }),

    async list(filter, { limit, cursor, oldestFirst }) {
      const rows = await prisma.payout.findMany({
        where: {
          ...whereOf(filter),
          ...(cursor !== undefined && { seq: { [oldestFirst ? 'gt' : 'lt']: BigInt(cursor) } }),
        },
        include: withPeople,
        orderBy: { seq: oldestFirst ? 'asc' : 'desc' },
        take: limit + 1,
      })
      const page = toPayouts(rows.slice(0, limit))
      return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.seq.toString() ?? null) : null }
    },

    async sums(filter) {
      const groups = await prisma.payout.groupBy({
        by: ['currency', 'status'],
        where: whereOf(filter),
        _count: true,
        _sum: { amountMinor: true },
        orderBy: [{ currency: 'asc' }, { status: 'asc' }],
      })
      return groups.map(({ currency, status, _count, _sum }) => ({
        currency,
        status,
        count: _count,
        amountMinor: _sum.amountMinor ?? 0n,
      }))
    },

    async timeline(payoutId) {
      const rows = await prisma.payoutEvent.findMany({ where: { payoutId }, orderBy: { id: 'asc' } })
      return rows.map(toEvent)
    },

    advance: async (was, change, actor, happening, lease) => {
      const advanced = prisma.$transaction(async (tx) => {
        const fresh = await updateRow(tx, was, change, lease)
        const orderId = change.facts?.orderId
        if (orderId != null && was.orderId === null && (fresh || (await adoptOrderId(tx, was, orderId))))
          await judgeCallbacksByOrder(tx, was, orderId)
        const to = change.move === undefined ? undefined : next(was.status, change.move)
        const moved = { move: change.move, from: was.status, to }
        const version = was.version + (fresh && to !== undefined ? 1 : 0)
        // An answer is evidence even when it came too late to move anything.
        const kept = fresh ? happening : { ...happening, data: { ...happening.data, stale: true } }
        await writeEvent(tx, { id: was.id, version }, actor, kept, fresh ? moved : null)
        // A move that lost opens nothing; what Cardzo said is worth an item whenever it was heard.
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
        const now = await one(tx, { id: was.id })
        if (!now) throw new Error(`Bug: payout ${was.id} vanished`)
        return now
      })
      return advanced.catch((error: unknown) => {
        // Payments were stopped after this worker had looked: the claim did not happen.
        // Or an approval was taken back, or the destination still cools off: the next look sees why.
        const overtaken = isRefusedWith(error, stoppedState) || isRefusedWith(error, notAllowedState)
        if (error instanceof Overtaken || overtaken) return 'stale' as const
        throw error
      })
    },

    note: (payoutId, actor, happening) => note(prisma, payoutId, actor, happening),

    async noteRevealed(payoutId, actor) {
      await prisma.$transaction(async (tx) => {
        await note(tx, payoutId, actor, { kind: 'revealed' })
        await writeAudit(tx, 'destination_revealed', actor, payoutId, {})
      })
    },

    claimDue: (workerId, limit, leaseMs) => claimDue(prisma, vault, workerId, limit, leaseMs),

    async renew(lease, leaseMs) {
      const [renewed] = await prisma.$queryRaw<{ now: Date }[]>`
        UPDATE payout SET
          due_at = CASE WHEN due_at = lease_until THEN ${fromNow(leaseMs)} ELSE due_at END,
          lease_until = ${fromNow(leaseMs)}
        WHERE id = ${lease.payoutId}::uuid AND lease_fence = ${lease.fence} AND lease_until > now()
        RETURNING now() AS now`
      return renewed?.now ?? null
    },

    async release(lease, dueInMs, facts = {}) {
      // While leased, due_at stands at the lease's end; anything else means that somebody set it meanwhile, and the earlier time wins.
      const due =
        dueInMs === null
          ? Prisma.sql`CASE WHEN final_at IS NULL OR due_at <> lease_until OR ${callbackWaits}
              THEN LEAST(due_at, ${fromNow(60_000)}) ELSE NULL END`
          : Prisma.sql`CASE
              WHEN due_at = lease_until THEN ${fromNow(dueInMs)}
              WHEN due_at IS NULL THEN NULL
              ELSE LEAST(due_at, ${fromNow(dueInMs)}) END`
      await prisma.$executeRaw`
        UPDATE payout SET ${Prisma.join(
          [
            Prisma.sql`due_at = ${due}`,
            Prisma.sql`lease_until = NULL`,
            Prisma.sql`leased_by = NULL`,
            ...factClauses(facts),
          ],
          ', ',
        )}
        WHERE id = ${lease.payoutId}::uuid AND lease_fence = ${lease.fence}`
    },

    async wake(payoutId) {
      await prisma.$executeRaw`UPDATE payout SET due_at = ${fromNow(0)} WHERE id = ${payoutId}::uuid`
    },

    async wakeUnlessAsked(payoutId, withinMs) {
      const woken = await prisma.$executeRaw`
        UPDATE payout SET due_at = ${fromNow(0)}
        WHERE id = ${payoutId}::uuid AND (lease_until IS NULL OR lease_until <= now())
          AND coalesce((progress ->> 'lastAskedAt')::timestamptz < ${fromNow(-withinMs)}, true)`
      return woken === 1
    },

    async heardWithin(payoutId, withinMs) {
      const [row] = await prisma.$queryRaw<{ heard: boolean }[]>`
        SELECT coalesce(
          (progress ->> 'lastAnsweredAt')::timestamptz >= GREATEST(stage_since, ${fromNow(-withinMs)}), false
        ) AS heard FROM payout WHERE id = ${payoutId}::uuid`
      return row?.heard ?? false
    },

    async overdue(byMs, limit) {
      // A lease that ran out counts too: its payout is due since then.
      const late = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id FROM payout WHERE due_at < ${fromNow(-byMs)} ORDER BY due_at LIMIT ${limit}`
      const ids = late.map(({ id }) => id)
      const rows = await prisma.payout.findMany({ where: { id: { in: ids } }, include: withPeople })
      return toPayouts(rows).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    },

    async markReturned(payoutId, minIntervalMs) {
      const marked = await prisma.$executeRaw`
        UPDATE payout SET returned_at = now(), due_at = CASE WHEN final_at IS NULL THEN ${fromNow(0)} ELSE due_at END
        WHERE id = ${payoutId}::uuid
          AND (returned_at IS NULL OR returned_at < now() - make_interval(secs => ${minIntervalMs / 1000}::double precision))`
      if (marked === 1) await this.note(payoutId, { kind: 'stranger' }, { kind: 'receiver_returned' })
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

async function note(
  db: PrismaClient | Transaction,
  payoutId: string,
  actor: Actor,
  happening: Happening,
): Promise<void> {
  const payout = await db.payout.findUniqueOrThrow({
    where: { id: payoutId },
    select: { id: true, version: true },
  })
  await writeEvent(db, payout, actor, happening, null)
}

const noCaps = { dayMinor: null, keyDayMinor: null }

/** Another settlement was in the way: nothing of the change may stay. */
class Overtaken extends Error {}

/** What was about the status that the payout has just left is over. */
async function endWait(tx: Transaction, was: Payout, move: PayoutMove): Promise<void> {
  if (was.status === 'outcome_unknown') await overtakeSettlement(tx, was.id)
  // A claim that may be given up again ends no wait: only what was sent does.
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

type Created = Awaited<ReturnType<PayoutStore['create']>>

/** The limits or the balance do not allow it: nothing of it may stay. */
class NotAvailable extends Error {
  readonly answer: NotCreated
  constructor(answer: NotCreated) {
    super(answer.kind)
    this.answer = answer
  }
}

async function create(
  prisma: PrismaClient,
  hooks: StoreHooks,
  vault: Vault,
  draft: NewPayout,
  actor: Actor,
  mails: Parameters<PayoutStore['create']>[2],
  limits: ReceiverLimits,
): Promise<Created> {
  const { receiver: newReceiver, destination, saves, ...row } = draft
  return prisma.$transaction(async (tx): Promise<Created> => {
    const receiver = await receiverFor(tx, newReceiver)
    if (receiver === null) {
      // The same wish may have arrived in parallel and made this receiver a moment ago.
      return (await existing(tx, vault, draft)) ?? { kind: 'receiver_mismatch' }
    }
    const saved = saves ? await saveDestination(tx, { hooks, vault }, saves, actor) : null
    const destinationId = saved?.destination.id ?? draft.destinationId
    // Who releases it meanwhile waits, and then finds this payout too.
    if (destinationId !== null)
      await tx.$queryRaw`SELECT FROM destination WHERE id = ${destinationId}::uuid FOR SHARE`
    const [made] = await tx.payout.createManyAndReturn({
      data: {
        ...row,
        destinationId,
        metadata: toJson(row.metadata),
        destinationSealed: vault.seal(JSON.stringify(destination), payoutPlace(draft.id)),
        destinationPrint: printOf(vault, destination),
        receiverId: receiver,
      },
      // Twenty parallel wishes under one key make one row; the losers wait for the winner and find it.
      skipDuplicates: true,
      select: { reserves: true },
    })
    if (!made) {
      const earlier = await existing(tx, vault, draft)
      if (!earlier) throw new Error('Bug: a payout was refused as a duplicate, but there is none')
      return earlier
    }
    const refused = await withinLimits(tx, { ...draft, receiverId: receiver }, limits)
    if (refused) throw new NotAvailable(refused)
    // What it replaces may ask for more than the draft knew.
    if (made.reserves) {
      const short = await reserve(tx, { ...draft, receiverId: receiver }, actor)
      if (short) throw new NotAvailable(short)
    }
    if (destinationId !== null) await startCoolingOff(tx, draft.id)
    await writeEvent(
      tx,
      { id: draft.id, version: 1 },
      actor,
      // Amount and balance are in the history too, so that the money equation has two books to compare.
      {
        kind: 'requested',
        data: {
          source: draft.source,
          amountMinor: draft.amountMinor.toString(),
          currency: draft.currency,
          reserves: made.reserves,
        },
      },
      null,
    )
    await adoptCallbacks(tx, draft)
    const mailIds = await insertMails(tx, mails, draft.id, vault)
    if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
    const payout = await tx.payout.findUniqueOrThrow({ where: { id: draft.id }, include: withPeople })
    return { kind: 'created', payout: toPayout(payout, vault) }
  })
}

/** Until its destination has cooled off the payout is not sent. */
async function startCoolingOff(tx: Transaction, payoutId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE payout SET hold_until = d.usable_from FROM destination d
    WHERE payout.id = ${payoutId}::uuid AND d.id = payout.destination_id AND d.usable_from > now()`
}

async function existing(tx: Transaction, vault: Vault, draft: NewPayout): Promise<Created | null> {
  const row = await tx.payout.findUnique({
    where: { idempotencyKey: draft.idempotencyKey },
    include: withPeople,
  })
  return row && { kind: 'existing', payout: toPayout(row, vault) }
}

const pastDeadline = Prisma.sql`status = 'awaiting_approval' AND expires_at <= now()`

async function claimDue(
  prisma: PrismaClient,
  vault: Vault,
  workerId: string,
  limit: number,
  leaseMs: number,
): Promise<{ leased: Leased[]; nextDueInMs: number | null }> {
  const until = fromNow(leaseMs)
  const take = (count: number, which: Prisma.Sql) => prisma.$queryRaw<
    { id: string; fence: bigint; now: Date }[]
  >`
    UPDATE payout SET lease_until = ${until}, due_at = ${until}, leased_by = ${workerId}, lease_fence = lease_fence + 1
    WHERE id IN (
      SELECT id FROM payout
      WHERE due_at <= now() AND (lease_until IS NULL OR lease_until <= now()) AND ${which}
      ORDER BY due_at LIMIT ${count} FOR UPDATE SKIP LOCKED
    )
    RETURNING id, lease_fence AS fence, now() AS now`
  const gate = await readGate(prisma)
  // While Cardzo is silent whoever is first asks for all; what nobody decided on in time ends all the same.
  const asking = gate.silent ? 1 : limit
  const claimed = gate.silent ? await take(limit, pastDeadline) : []
  if (gate.nextInMs === 0 && claimed.length < limit) claimed.push(...(await take(asking, Prisma.sql`true`)))
  const byId = new Map(claimed.map((claim) => [claim.id, claim]))
  const rows = await prisma.payout.findMany({ where: { id: { in: [...byId.keys()] } }, include: withPeople })
  const leased = rows.flatMap((row): Leased[] => {
    const claim = byId.get(row.id)
    if (!claim) return []
    const lease: Lease = { payoutId: row.id, fence: claim.fence, workerId }
    return [
      { payout: toPayout(row, vault), lease, now: claim.now, ...(gate.silent && { silent: true as const }) },
    ]
  })
  const upcoming = await prisma.$queryRaw<{ ms: number | null }[]>`
    SELECT GREATEST(0, extract(epoch FROM min(GREATEST(due_at, lease_until)) - now()) * 1000)::double precision AS ms
    FROM payout WHERE due_at IS NOT NULL`
  const dueInMs = upcoming[0]?.ms ?? null
  return { leased, nextDueInMs: dueInMs === null ? null : Math.max(dueInMs, gate.nextInMs) }
}
