/**
 * Creating payouts: one row for one idempotency key. Mostly many in one statement, each answered when it is committed; what needs a lock
 * or a job has a transaction of its own.
 */
import { reserve } from '#lib/db/balance/reserve.ts'
import { saveDestination } from '#lib/db/destination/save-destination.ts'
import { inBatches } from '#lib/db/engine/batches.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { untilKept } from '#lib/db/engine/until-kept.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { adoptCallbacks } from '#lib/db/order/callback-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { policyOf } from '#lib/db/policy/policy-store.ts'
import { settingsFrom } from '#lib/db/policy/settings-store.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { firstPolicy } from '#lib/payouts/policy.ts'
import type {
  CreatePayouts,
  MailDraft,
  NewPayout,
  NotCreated,
  Payout,
  ReceiverLimits,
} from '#lib/services/ports.ts'
import { creationIn, creationStatement } from './creation-statement.ts'
import type { Creation } from './creation-statement.ts'
import { payoutColumns, toPayout, withPeople } from './payout-rows.ts'
import type { PayoutRow } from './payout-rows.ts'
import { withinLimits } from './receiver-limits.ts'
import { receiverFor, writeIn } from './receivers.ts'

const batches = {
  /** One statement of so many takes some tens of milliseconds. */
  most: 100,
  /** One waits for a lock or for the disk while the next is made ready. */
  atOnce: 2,
  /** A second's worth. Beyond that the answer is 503, and callers send again under the same key. */
  unansweredMost: 1000,
  /** Of the pool's connections (ten, unless set), so that the others stay free. */
  aloneAtOnce: 3,
}

export function createPayouts(prisma: Database, hooks: StoreHooks, vault: Vault): CreatePayouts {
  const opening = inBatches<string, Opening>({
    ...batches,
    together: (keys) => readOpenings(prisma, vault, keys),
    alone: async (key) => firstOf(await readOpenings(prisma, vault, [key])),
  })
  const createPlain = inBatches<Creation, Created>({
    ...batches,
    together: (creations) => insertMany(prisma, vault, creations),
    async alone({ draft, actor }) {
      const { earlier } = await opening(draft.idempotencyKey)
      if (earlier) return { kind: 'existing', payout: earlier }
      return insertOne(prisma, hooks, vault, draft, actor, [], noLimits)
    },
  })
  return {
    opening,
    create: (draft, actor, mails, limits) =>
      isPlain(draft, mails, limits)
        ? createPlain({ draft, actor })
        : insertOne(prisma, hooks, vault, draft, actor, mails, limits),
  }
}

type Created = Awaited<ReturnType<CreatePayouts['create']>>
const noLimits: ReceiverLimits = { dayMinor: null, monthMinor: null }

/** Limits or balance don't allow it: rolls everything back. */
class NotAvailable extends Error {
  readonly answer: NotCreated
  constructor(answer: NotCreated) {
    super(answer.kind)
    this.answer = answer
  }
}

/** Undefined for what can't be made that way, or not be told apart. */
async function insertMany(
  prisma: Database,
  vault: Vault,
  creations: readonly Creation[],
): Promise<(Created | undefined)[]> {
  const { text, values } = creationStatement(vault, creations)
  const rows = await prisma.sql.query<PayoutRow>(text, values)
  const made = new Map(rows.map((row) => [row.id, row]))
  return creations.map(({ draft }) => {
    const row = made.get(draft.id)
    const opened = { fields: draft.destination, trouble: null }
    return row && { kind: 'created', payout: toPayout(row, vault, opened) }
  })
}

async function insertOne(
  prisma: Database,
  hooks: StoreHooks,
  vault: Vault,
  draft: NewPayout,
  actor: Actor,
  mails: MailDraft[],
  limits: ReceiverLimits,
): Promise<Created> {
  const inTransaction = prisma.$transaction(async (tx): Promise<Created> => {
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
    const { text, values } = creationIn(vault, { draft, actor }, { receiverId, destinationId })
    // Twenty parallel requests under one key make one row; the others wait for it and find it.
    const [made] = await tx.$queryRawUnsafe<PayoutRow[]>(text, ...values)
    if (!made) {
      const earlier = await existing(tx, vault, draft)
      if (!earlier) throw new Error('Bug: a payout was refused as a duplicate, but there is none')
      return earlier
    }
    await writeIn(tx, receiverId, draft.receiver.locale)
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
    const { receiver } = made
    const locale = draft.receiver.locale ?? receiver.locale
    return { kind: 'created', payout: toPayout({ ...made, receiver: { ...receiver, locale } }, vault) }
  })
  return inTransaction.catch((error: unknown) => {
    if (error instanceof NotAvailable) return error.answer
    throw error
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
  if (row) await untilKept(tx)
  return row && { kind: 'existing', payout: toPayout(row, vault) }
}

type Opening = Awaited<ReturnType<CreatePayouts['opening']>>

/** What requests are judged by, in one statement: the payouts made under their keys, and policy and settings as they are. */
async function readOpenings(prisma: Database, vault: Vault, keys: readonly string[]): Promise<Opening[]> {
  const rows = await prisma.sql.query<OpeningRow>(
    `SELECT rules.*, earlier.* FROM (
       SELECT (SELECT json_build_object('version', version, 'body', body) FROM policy_version WHERE active_key = 'active') AS active,
         (SELECT json_object_agg(key, value) FROM setting) AS settings) AS rules
     LEFT JOIN (SELECT ${payoutColumns} FROM payout WHERE idempotency_key = ANY ($1)) AS earlier ON true`,
    [keys],
  )
  const first = firstOf(rows)
  const { active } = first
  const policy = active
    ? { version: active.version, body: policyOf(active.body) }
    : { version: 0, body: firstPolicy }
  const settings = settingsFrom(first.settings ?? {})
  const earlier = new Map<string, Payout>()
  for (const row of rows) if (row.id !== null) earlier.set(row.idempotencyKey, toPayout(row, vault))
  if (earlier.size > 0) await untilKept(prisma)
  return keys.map((key) => ({ earlier: earlier.get(key) ?? null, policy, settings }))
}

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('Bug: a selection without a row')
  return first
}

type OpeningRow = (PayoutRow | { [K in keyof PayoutRow]: null }) & {
  active: { version: number; body: unknown } | null
  settings: Record<string, unknown> | null
}
