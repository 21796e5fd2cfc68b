/** Creating a payout: one row for one idempotency key. Mostly one statement; what needs a lock or a job shares a transaction with it. */
import { reserve } from '#lib/db/balance/reserve.ts'
import { saveDestination } from '#lib/db/destination/save-destination.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { adoptCallbacks } from '#lib/db/order/callback-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { policyOf } from '#lib/db/policy/policy-store.ts'
import { settingsFrom } from '#lib/db/policy/settings-store.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { firstPolicy } from '#lib/payouts/policy.ts'
import type { CreatePayouts, MailDraft, NewPayout, NotCreated, ReceiverLimits } from '#lib/services/ports.ts'
import { creationStatement } from './creation-statement.ts'
import { payoutColumns, toPayout, withPeople } from './payout-rows.ts'
import type { PayoutRow } from './payout-rows.ts'
import { withinLimits } from './receiver-limits.ts'
import { receiverFor } from './receivers.ts'

export function createPayouts(prisma: Database, hooks: StoreHooks, vault: Vault): CreatePayouts {
  return {
    opening: (key) => opening(prisma, vault, key),
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
  prisma: Database,
  hooks: StoreHooks,
  vault: Vault,
  draft: NewPayout,
  actor: Actor,
  mails: MailDraft[],
  limits: ReceiverLimits,
): Promise<Created> {
  if (isPlain(draft, mails, limits)) {
    const { text, values } = creationStatement(vault, draft, actor, { receiverId: null, destinationId: null })
    const [made] = await prisma.sql.query<PayoutRow>(text, values)
    if (made) return { kind: 'created', payout: toPayout(made, vault) }
  }
  return prisma.$transaction(async (tx): Promise<Created> => {
    const receiverId = await receiverFor(tx, draft.receiver)
    if (receiverId === null) {
      // The same request may have arrived in parallel and made this receiver a moment ago.
      return (await existing(tx, vault, draft)) ?? { kind: 'receiver_mismatch' }
    }
    const saved = draft.saves ? await saveDestination(tx, { hooks, vault }, draft.saves, actor) : null
    const destinationId = saved?.destination.id ?? draft.destinationId
    // Releasing the destination waits for this transaction, and then finds this payout too.
    if (destinationId !== null)
      await tx.$queryRaw`SELECT FROM destination WHERE id = ${destinationId}::uuid FOR SHARE`
    const { text, values } = creationStatement(vault, draft, actor, { receiverId, destinationId })
    // Twenty parallel requests under one key make one row; the others wait for it and find it.
    const [made] = await tx.$queryRawUnsafe<PayoutRow[]>(text, ...values)
    if (!made) {
      const earlier = await existing(tx, vault, draft)
      if (!earlier) throw new Error('Bug: a payout was refused as a duplicate, but there is none')
      return earlier
    }
    const refused = await withinLimits(tx, { ...draft, receiverId }, limits)
    if (refused) throw new NotAvailable(refused)
    // What it replaces may reserve although the draft does not.
    if (made.reserves) {
      const short = await reserve(tx, { ...draft, receiverId }, actor)
      if (short) throw new NotAvailable(short)
    }
    await adoptCallbacks(tx, draft)
    const mailIds = await insertMails(tx, mails, draft.id, vault)
    if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
    return { kind: 'created', payout: toPayout(made, vault) }
  })
}

/** Nothing has to be done under a lock, and no job must be written with it. */
const isPlain = (draft: NewPayout, mails: MailDraft[], limits: ReceiverLimits): boolean =>
  !draft.saves &&
  draft.destinationId === null &&
  draft.replacesId === null &&
  !draft.reserves &&
  limits.dayMinor === null &&
  limits.monthMinor === null &&
  mails.length === 0

async function existing(tx: Transaction, vault: Vault, draft: NewPayout): Promise<Created | null> {
  const row = await tx.payout.findUnique({
    where: { idempotencyKey: draft.idempotencyKey },
    include: withPeople,
  })
  return row && { kind: 'existing', payout: toPayout(row, vault) }
}

/** What a request is judged by, in one statement: the payout made under its key, if any, and policy and settings as they are. */
async function opening(prisma: Database, vault: Vault, key: string): ReturnType<CreatePayouts['opening']> {
  const [row] = await prisma.sql.query<OpeningRow>(
    `SELECT rules.*, earlier.* FROM (
       SELECT (SELECT json_build_object('version', version, 'body', body) FROM policy_version WHERE active_key = 'active') AS active,
         (SELECT json_object_agg(key, value) FROM setting) AS settings) AS rules
     LEFT JOIN (SELECT ${payoutColumns} FROM payout WHERE idempotency_key = $1) AS earlier ON true`,
    [key],
  )
  if (!row) throw new Error('Bug: a selection without a row')
  const { active, settings, ...earlier } = row
  return {
    earlier: earlier.id === null ? null : toPayout(earlier, vault),
    policy: active
      ? { version: active.version, body: policyOf(active.body) }
      : { version: 0, body: firstPolicy },
    settings: settingsFrom(settings ?? {}),
  }
}

type OpeningRow = (PayoutRow | { [K in keyof PayoutRow]: null }) & {
  active: { version: number; body: unknown } | null
  settings: Record<string, unknown> | null
}
