/**
 * The outbox: a mail is written in the transaction of the change that causes it, and sent once. Its text often holds a link that lets
 * people in, so it is sealed, and blanked as soon as it is taken to be sent.
 */
import { randomUUID } from 'node:crypto'
import { heldUntil } from '#lib/payouts/mail-rhythm.ts'
import type { MailRhythm } from '#lib/payouts/mail-rhythm.ts'
import { roles } from '#lib/payouts/permissions.ts'
import type { Role } from '#lib/payouts/permissions.ts'
import type { MailDraft, MailStore, StoredMail } from '#lib/services/ports.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import type { Vault } from '#lib/db/seal/vault.ts'

/** The place the seal of a mail's text is bound to. */
export const mailPlace = (id: string) => `mail:${id}`

/** The place the seal of a receiver's phrase is bound to. */
export const phrasePlace = (userId: string) => `app_user_phrase:${userId}`

/** What delivery needs beside the port: it finds mails whose job was lost. */
export type Outbox = Omit<MailStore, 'sendDigests'> & {
  /** The phrase of the receiver whose account has this address; null: none. */
  phraseTo: (recipient: string) => Promise<string | null>
  /** A mail server took it and said this: remembered of the latest test mail of the first-run checklist. */
  noteAnswer: (id: string, answer: string) => Promise<void>
  /** Unsent mails older than `ageMs` with fewer than `maxAttempts` failed attempts, oldest first. */
  unsent: (ageMs: number, maxAttempts: number, limit: number) => Promise<string[]>
  /**
   * Blanks at most `limit` mails that were sent, or given up after `maxAttempts`, and still have a text (older versions and the demo
   * mailbox leave those), and returns how many. Does nothing where texts are kept.
   */
  blankDone: (maxAttempts: number, limit: number) => Promise<number>
}

const columns = {
  id: true,
  recipient: true,
  subject: true,
  text: true,
  locale: true,
  createdAt: true,
  sentAt: true,
  attempts: true,
  payoutId: true,
} as const

/** Of one payout. Many approvers get one each. */
const mailsShown = 100

/** A mail server's error text may quote a whole page. */
const errorMaxCharacters = 1000

const groups: Record<'approvers' | 'admins' | 'staff', readonly Role[]> = {
  approvers: ['approver'],
  admins: ['admin'],
  staff: roles.filter((role) => role !== 'receiver'),
}

const isGroup = (to: string): to is keyof typeof groups => Object.hasOwn(groups, to)

/** A mail as it is written: to one address, sealed. */
export type MailRow = Pick<StoredMail, 'id' | 'recipient' | 'subject' | 'locale'> & {
  dedupeKey: string
  text: string
  heldFor: string | null
  heldUntil: Date | null
}

/** `to: 'approvers'` (or admins, or staff) becomes one mail for each enabled account, in the language of its person. */
export async function mailRows(
  db: PrismaClient | Transaction,
  drafts: readonly MailDraft[],
  vault: Vault,
): Promise<MailRow[]> {
  const people = drafts.some((draft) => isGroup(draft.to))
    ? await db.user.findMany({
        where: { role: { not: 'receiver' }, disabledAt: null },
        select: {
          ...{ id: true, email: true, role: true, locale: true },
          ...{ mailPace: true, quietFrom: true, quietUntil: true, mailZone: true },
        },
        // Of two changes that write to the same people, neither waits for the other's digests twice.
        orderBy: { id: 'asc' },
      })
    : []
  const languages = await languagesOf(
    db,
    drafts.flatMap((draft) => ('write' in draft && !isGroup(draft.to) ? [draft.to] : [])),
  )
  const mails = drafts.flatMap((draft) => {
    const { to, dedupeKey, exceptUserId, mayWait = false } = draft
    if (!isGroup(to)) return [{ dedupeKey, recipient: to, ...wordsOf(draft, languages.get(to)), ...notHeld }]
    return people
      .filter(({ id, role }) => groups[to].includes(role) && id !== exceptUserId)
      .map((person) => ({
        dedupeKey: `${dedupeKey}:${person.id}`,
        recipient: person.email,
        ...wordsOf(draft, person.locale),
        ...(mayWait ? heldOf(person) : notHeld),
      }))
  })
  return mails.map((mail) => {
    const id = randomUUID()
    return { ...mail, id, text: vault.seal(mail.text, mailPlace(id)) }
  })
}

/** By the address of an account: what its person chose. */
async function languagesOf(
  db: PrismaClient | Transaction,
  addresses: string[],
): Promise<Map<string, MailRow['locale'] | null>> {
  if (addresses.length === 0) return new Map()
  const people = await db.user.findMany({
    where: { email: { in: addresses } },
    select: { email: true, locale: true, receiver: { select: { locale: true } } },
  })
  return new Map(people.map(({ email, locale, receiver }) => [email, locale ?? receiver?.locale ?? null]))
}

const notHeld = { heldFor: null, heldUntil: null }

function heldOf(person: { id: string } & RhythmRow): Pick<MailRow, 'heldFor' | 'heldUntil'> {
  const until = heldUntil(rhythmOf(person), new Date())
  return until === null ? notHeld : { heldFor: person.id, heldUntil: until }
}

type RhythmRow = {
  mailPace: MailRhythm['pace']
  quietFrom: number | null
  quietUntil: number | null
  mailZone: string
}

export const rhythmOf = ({ mailPace, quietFrom, quietUntil, mailZone }: RhythmRow): MailRhythm => ({
  pace: mailPace,
  quiet: quietFrom === null || quietUntil === null ? null : { from: quietFrom, until: quietUntil },
  zone: mailZone,
})

/** `theirs`: the language of the person it goes to, if they chose one. */
function wordsOf(
  draft: MailDraft,
  theirs: MailRow['locale'] | null = null,
): Pick<MailRow, 'subject' | 'text' | 'locale'> {
  if (!('write' in draft)) return { subject: draft.subject, text: draft.text, locale: draft.locale ?? 'en' }
  const locale = theirs ?? 'en'
  return { ...draft.write(locale), locale }
}

/**
 * Writes mails in the caller's transaction and returns the ids of new ones to send; a draft whose key (and person) was written before is
 * left out, and what is held waits for its digest.
 */
export async function insertMails(
  tx: Transaction,
  drafts: MailDraft[],
  payoutId: string | null,
  vault: Vault,
): Promise<string[]> {
  if (drafts.length === 0) return []
  const rows = await mailRows(tx, drafts, vault)
  const written = await tx.mail.createManyAndReturn({
    data: rows.map((row) => ({ ...row, payoutId })),
    skipDuplicates: true,
    select: { id: true, heldUntil: true },
  })
  return written.filter((mail) => mail.heldUntil === null).map(({ id }) => id)
}

export function createMailStore(
  prisma: PrismaClient,
  hooks: StoreHooks,
  vault: Vault,
  /** The demo mailbox shows what was sent. */
  options: { keepTexts: boolean },
): Outbox {
  const opened = (mail: StoredMail & { text: string }): StoredMail => ({ ...mail, text: textOf(vault, mail) })
  return {
    async enqueue(draft) {
      await prisma.$transaction(async (tx) => {
        const ids = await insertMails(tx, [draft], null, vault)
        if (ids.length > 0) await hooks.enqueueMail(tx, ids)
      })
    },

    async find(id) {
      const mail = await prisma.mail.findUnique({ where: { id }, select: columns })
      return mail && opened(mail)
    },

    async phraseTo(recipient) {
      const user = await prisma.user.findUnique({
        where: { email: recipient.trim().toLowerCase(), role: 'receiver', disabledAt: null },
        select: { id: true, phrase: true },
      })
      return user?.phrase ? vault.open(user.phrase, phrasePlace(user.id)) : null
    },

    async forPayout(payoutId) {
      const mails = await prisma.mail.findMany({
        where: { payoutId },
        select: columns,
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: mailsShown,
      })
      return mails.map(opened)
    },

    async latest(limit) {
      const mails = await prisma.mail.findMany({
        where: { heldUntil: null },
        select: columns,
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      })
      return mails.map(opened)
    },

    async markSent(id) {
      const claimed = await prisma.$executeRaw`
        UPDATE mail SET sent_at = now(), attempts = attempts + 1, last_error = NULL,
          text = CASE WHEN ${options.keepTexts} THEN text ELSE '' END
        WHERE id = ${id}::uuid AND sent_at IS NULL`
      return claimed === 1
    },

    async markFailed(id, error, text) {
      await prisma.mail.update({
        where: { id },
        data: {
          sentAt: null,
          lastError: error.slice(0, errorMaxCharacters),
          text: text === null ? '' : vault.seal(text, mailPlace(id)),
        },
      })
    },

    async noteAnswer(id, answer) {
      await prisma.$executeRaw`
        UPDATE first_run SET mail_accepted_at = now(), mail_answer = ${answer.slice(0, errorMaxCharacters)}
        WHERE test_mail_id = ${id}::uuid`
    },

    async unsent(ageMs, maxAttempts, limit) {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id FROM mail
        WHERE sent_at IS NULL AND held_until IS NULL AND attempts < ${maxAttempts}
          AND created_at < now() - ${ageMs} * interval '1 millisecond'
        ORDER BY created_at LIMIT ${limit}`
      return rows.map(({ id }) => id)
    },

    async blankDone(maxAttempts, limit) {
      if (options.keepTexts) return 0
      return prisma.$executeRaw`
        UPDATE mail SET text = '' WHERE id IN (
          SELECT id FROM mail WHERE text <> '' AND (sent_at IS NOT NULL OR attempts >= ${maxAttempts}) LIMIT ${limit})`
    },
  }
}

/** Null: its key is missing, or it was changed. */
function textOf(vault: Vault, { id, text }: { id: string; text: string }): string | null {
  if (text === '') return ''
  try {
    return vault.open(text, mailPlace(id))
  } catch {
    return null
  }
}
