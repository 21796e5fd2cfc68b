/** Creating a payout: one row for one idempotency key, with its reserve, event, mails and early callbacks in one transaction. */
import { reserve } from '#lib/db/balance/reserve.ts'
import { printOf } from '#lib/db/destination/destination-rows.ts'
import { saveDestination } from '#lib/db/destination/save-destination.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { adoptCallbacks } from '#lib/db/order/callback-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { CreatePayouts, MailDraft, NewPayout, NotCreated, ReceiverLimits } from '#lib/services/ports.ts'
import { toJson, writeEvent } from './payout-changes.ts'
import { payoutPlace, toPayout, withPeople } from './payout-rows.ts'
import { withinLimits } from './receiver-limits.ts'
import { receiverFor } from './receivers.ts'

export function createPayouts(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): CreatePayouts {
  return {
    create: (draft, actor, mails, limits) =>
      insert(prisma, hooks, vault, draft, actor, mails, limits).catch((error: unknown) => {
        if (error instanceof NotAvailable) return error.answer
        throw error
      }),
  }
}

type Created = Awaited<ReturnType<CreatePayouts['create']>>

/** Limits or balance don't allow it: rolls everything back. */
class NotAvailable extends Error {
  readonly answer: NotCreated
  constructor(answer: NotCreated) {
    super(answer.kind)
    this.answer = answer
  }
}

async function insert(
  prisma: PrismaClient,
  hooks: StoreHooks,
  vault: Vault,
  draft: NewPayout,
  actor: Actor,
  mails: MailDraft[],
  limits: ReceiverLimits,
): Promise<Created> {
  const { receiver: newReceiver, destination, saves, ...row } = draft
  return prisma.$transaction(async (tx): Promise<Created> => {
    const receiver = await receiverFor(tx, newReceiver)
    if (receiver === null) {
      // The same request may have arrived in parallel and made this receiver a moment ago.
      return (await existing(tx, vault, draft)) ?? { kind: 'receiver_mismatch' }
    }
    const saved = saves ? await saveDestination(tx, { hooks, vault }, saves, actor) : null
    const destinationId = saved?.destination.id ?? draft.destinationId
    // Releasing the destination waits for this transaction, and then finds this payout too.
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
      // Twenty parallel requests under one key make one row; the others wait for it and find it.
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
    // What it replaces may reserve although the draft does not.
    if (made.reserves) {
      const short = await reserve(tx, { ...draft, receiverId: receiver }, actor)
      if (short) throw new NotAvailable(short)
    }
    if (destinationId !== null) await startCoolingOff(tx, draft.id)
    await writeEvent(
      tx,
      { id: draft.id, version: 1 },
      actor,
      // The amount is in the history too, so that the money check has two books to compare.
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

/** The payout is not sent until its destination has cooled off. */
async function startCoolingOff(tx: Transaction, payoutId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE payout SET cooling_off_until = d.usable_from FROM destination d
    WHERE payout.id = ${payoutId}::uuid AND d.id = payout.destination_id AND d.usable_from > now()`
}

async function existing(tx: Transaction, vault: Vault, draft: NewPayout): Promise<Created | null> {
  const row = await tx.payout.findUnique({
    where: { idempotencyKey: draft.idempotencyKey },
    include: withPeople,
  })
  return row && { kind: 'existing', payout: toPayout(row, vault) }
}
