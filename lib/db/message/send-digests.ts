/**
 * Digests: what was held for a person becomes one mail. The row in `mail_digest` is due at a time and locked while its mail is written, in the
 * transaction that takes the held ones out; a mail that is held at that moment waits at that row, and then has a digest of its own.
 */
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { HeldPayouts, MailStore } from '#lib/services/ports.ts'
import { insertMails } from './mail-store.ts'

/** In one look. The next one is soon. */
const atOnce = 50
/** More than anybody reads in a mail; the desk has them all. */
const namedMost = 20

type World = { prisma: PrismaClient; hooks: StoreHooks; vault: Vault; keepTexts: boolean }
type Write = Parameters<MailStore['sendDigests']>[0]

export async function sendDigests(world: World, write: Write): Promise<number> {
  let sent = 0
  for (let n = 0; n < atOnce; n++) {
    const one = await world.prisma.$transaction((tx) => sendNext(world, tx, write))
    if (one === 'none_due') break
    if (one === 'sent') sent += 1
  }
  return sent
}

async function sendNext(
  { hooks, vault, keepTexts }: World,
  tx: Transaction,
  write: Write,
): Promise<'none_due' | 'sent' | 'nothing_waits'> {
  const [due] = await tx.$queryRaw<{ userId: string; dueAt: Date }[]>`
    SELECT user_id AS "userId", due_at AS "dueAt" FROM mail_digest WHERE due_at <= now()
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`
  if (!due) return 'none_due'
  const { userId, dueAt } = due
  const held = await heldPayouts(tx, userId)
  await tx.$executeRaw`
    UPDATE mail SET sent_at = now(), text = CASE WHEN ${keepTexts} THEN text ELSE '' END
    WHERE held_for = ${userId}::uuid AND sent_at IS NULL AND held_until IS NOT NULL`
  await tx.mailDigest.delete({ where: { userId } })
  const person = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true, locale: true, role: true, disabledAt: true },
  })
  if (held.count === 0 || person.role !== 'approver' || person.disabledAt !== null) return 'nothing_waits'
  const locale = person.locale ?? 'en'
  const draft = {
    to: person.email,
    dedupeKey: `digest:${userId}:${dueAt.getTime()}`,
    locale,
    ...write(held, locale),
  }
  const ids = await insertMails(tx, [draft], null, vault)
  if (ids.length > 0) await hooks.enqueueMail(tx, ids)
  return 'sent'
}

async function heldPayouts(tx: Transaction, userId: string): Promise<HeldPayouts> {
  const rows = await tx.$queryRaw<
    {
      amountMinor: bigint
      currency: string
      count: number
      id: string
      externalId: string
      email: string | null
      firstName: string | null
      lastName: string | null
    }[]
  >`
    SELECT p.amount_minor AS "amountMinor", p.currency, count(*) OVER ()::int AS count,
      r.id, r.external_id AS "externalId", r.email, r.first_name AS "firstName", r.last_name AS "lastName"
    FROM payout p JOIN receiver r ON r.id = p.receiver_id
    WHERE p.status = 'awaiting_approval' AND p.id IN (
      SELECT payout_id FROM mail WHERE held_for = ${userId}::uuid AND sent_at IS NULL AND held_until IS NOT NULL)
    ORDER BY p.seq LIMIT ${namedMost}`
  return {
    count: rows[0]?.count ?? 0,
    payouts: rows.map(({ amountMinor, currency, count: _count, ...receiver }) => ({
      amountMinor,
      currency,
      receiver,
    })),
  }
}
