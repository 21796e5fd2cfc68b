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
  const person = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true, locale: true, role: true, disabledAt: true },
  })
  const held = await heldPayouts(tx, userId, person.role === 'approver')
  await tx.$executeRaw`
    UPDATE mail SET sent_at = now(), text = CASE WHEN ${keepTexts} THEN text ELSE '' END
    WHERE held_for = ${userId}::uuid AND sent_at IS NULL AND held_until IS NOT NULL`
  await tx.mailDigest.delete({ where: { userId } })
  const isMailed = person.role === 'approver' || person.role === 'admin'
  if (held.payouts.length === 0 || !isMailed || person.disabledAt !== null) return 'nothing_waits'
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

async function heldPayouts(tx: Transaction, userId: string, decides: boolean): Promise<HeldPayouts> {
  const rows = await tx.$queryRaw<
    {
      amountMinor: bigint
      currency: string
      isLate: boolean
      waiting: number
      late: number
      id: string
      externalId: string
      email: string | null
      firstName: string | null
      lastName: string | null
    }[]
  >`
    WITH held AS (
      SELECT p.*, NOT (${decides} AND p.status = 'awaiting_approval') AS is_late FROM payout p
      WHERE p.id IN (
        SELECT payout_id FROM mail WHERE held_for = ${userId}::uuid AND sent_at IS NULL AND held_until IS NOT NULL))
    SELECT p.amount_minor AS "amountMinor", p.currency, p.is_late AS "isLate",
      (count(*) FILTER (WHERE NOT p.is_late) OVER ())::int AS waiting, (count(*) FILTER (WHERE p.is_late) OVER ())::int AS late,
      r.id, r.external_id AS "externalId", r.email, r.first_name AS "firstName", r.last_name AS "lastName"
    FROM held p JOIN receiver r ON r.id = p.receiver_id
    WHERE NOT p.is_late OR EXISTS (
      SELECT FROM open_item i WHERE i.payout_id = p.id AND i.kind IN ('stuck', 'form_not_filled') AND i.closed_at IS NULL)
    ORDER BY p.is_late, p.seq LIMIT ${namedMost}`
  return {
    waiting: rows[0]?.waiting ?? 0,
    late: rows[0]?.late ?? 0,
    payouts: rows.map(({ amountMinor, currency, isLate, waiting: _waiting, late: _late, ...receiver }) => ({
      amountMinor,
      currency,
      isLate,
      receiver,
    })),
  }
}
