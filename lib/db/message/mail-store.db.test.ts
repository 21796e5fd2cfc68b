import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createSealStore } from '#lib/db/seal/reseal.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import { createMailStore, insertMails } from './mail-store.ts'
import type { Outbox } from './mail-store.ts'

const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])

let prisma: PrismaClient
let outbox: Outbox
let drop: () => Promise<void>
let enqueued: string[]

const hooks = {
  enqueueMail: (_tx: unknown, ids: string[]) => {
    enqueued.push(...ids)
    return Promise.resolve()
  },
}

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url, patient)
  outbox = createMailStore(prisma, hooks, vault, { keepTexts: false })
})
beforeEach(() => {
  enqueued = []
})
afterAll(async () => {
  await prisma.$disconnect()
  await drop()
})

const draft = (dedupeKey: string = randomUUID()) =>
  ({ to: 'ada@demo.example', dedupeKey, subject: 'Your payment was sent', text: 'Hello' }) as const

async function person(role: 'approver' | 'clerk', disabledAt: Date | null = null): Promise<string> {
  const id = randomUUID()
  await prisma.user.create({ data: { id, email: `${id}@demo.example`, name: 'Somebody', role, disabledAt } })
  return `${id}@demo.example`
}

describe('the outbox', () => {
  it('writes one mail per key, however often and fast it is asked to', async () => {
    const one = draft()
    await Promise.all(Array.from({ length: 10 }, () => outbox.enqueue(one)))
    expect(enqueued).toHaveLength(1)
    expect(await outbox.find(enqueued[0]!)).toMatchObject({
      recipient: one.to,
      subject: one.subject,
      sentAt: null,
    })
  })

  it('writes to every approver who can sign in, and to nobody else', async () => {
    const [first, second] = [await person('approver'), await person('approver')]
    await person('approver', new Date())
    await person('clerk')
    const drafts = [{ ...draft(), to: 'approvers' as const }]
    const ids = await prisma.$transaction((tx) => insertMails(tx, drafts, null, vault))
    const recipients = await Promise.all(ids.map(async (id) => (await outbox.find(id))?.recipient))
    expect(recipients.sort()).toEqual([first, second].sort())
    expect(await prisma.$transaction((tx) => insertMails(tx, drafts, null, vault))).toEqual([])
  })

  it('writes to a receiver about their account in the language of their record', async () => {
    const email = `${randomUUID()}@demo.example`
    await prisma.user.create({
      data: {
        ...{ id: randomUUID(), email, name: 'Ada', role: 'receiver' },
        receiver: { create: { id: randomUUID(), externalId: email, email, locale: 'ru' } },
      },
    })
    const drafts = [
      { to: email, dedupeKey: randomUUID(), write: (locale: string) => ({ subject: locale, text: locale }) },
    ]
    const [id] = await prisma.$transaction((tx) => insertMails(tx, drafts, null, vault))
    expect(await outbox.find(id ?? '')).toMatchObject({ locale: 'ru', subject: 'ru' })
  })

  it('writes to each of the staff in the language they chose, else in English', async () => {
    const [anna, ben] = [await person('clerk'), await person('clerk')]
    await prisma.user.update({ where: { email: anna }, data: { locale: 'ru' } })
    const write = (locale: string) => ({ subject: `in ${locale}`, text: locale })
    const drafts = [
      { to: 'staff', dedupeKey: randomUUID(), write },
      { to: anna, dedupeKey: randomUUID(), write },
      { to: 'nobody@demo.example', dedupeKey: randomUUID(), write },
    ]
    const ids = await prisma.$transaction((tx) => insertMails(tx, drafts, null, vault))
    const mails = await Promise.all(ids.map((id) => outbox.find(id)))
    const to = (who: string) =>
      mails.filter((mail) => mail?.recipient === who).map((mail) => [mail?.locale, mail?.subject, mail?.text])
    expect(to(anna)).toEqual([
      ['ru', 'in ru', 'ru'],
      ['ru', 'in ru', 'ru'],
    ])
    expect(to(ben)).toEqual([['en', 'in en', 'en']])
    expect(to('nobody@demo.example')).toEqual([['en', 'in en', 'en']])
  })

  it('has no mail of a change that was rolled back', async () => {
    const one = draft()
    const failing = prisma.$transaction(async (tx) => {
      await insertMails(tx, [one], null, vault)
      throw new Error('the change did not happen')
    })
    await expect(failing).rejects.toThrow('the change did not happen')
    expect(await prisma.mail.count({ where: { dedupeKey: one.dedupeKey } })).toBe(0)
  })

  it('gives a mail to exactly one of ten senders, and to another after a clear failure', async () => {
    await outbox.enqueue(draft())
    const id = enqueued[0]!
    const claims = await Promise.all(Array.from({ length: 10 }, () => outbox.markSent(id)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    await outbox.markFailed(id, 'x'.repeat(5000), 'Hello')
    expect(await outbox.find(id)).toMatchObject({ sentAt: null, attempts: 1 })
    expect(await outbox.markSent(id)).toBe(true)
    expect(await outbox.markSent(id)).toBe(false)
  })

  it('finds mails that wait too long, but not those that were given up', async () => {
    await outbox.enqueue(draft())
    const id = enqueued[0]!
    expect(await outbox.unsent(60_000, 15, 100)).not.toContain(id)
    expect(await outbox.unsent(-1000, 15, 100)).toContain(id)
    await outbox.markSent(id)
    expect(await outbox.unsent(-1000, 15, 100)).not.toContain(id)
    await outbox.markFailed(id, 'no', 'Hello')
    expect(await outbox.unsent(-1000, 1, 100)).not.toContain(id)
    expect(await outbox.unsent(-1000, 2, 100)).toContain(id)
  })
})

describe('the text of a mail', () => {
  const link = 'https://portal.example/sign-in/link/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'
  const withLink = () => ({ ...draft(), text: `Sign in here: ${link}` })
  const stored = async (id: string) => {
    const [row] = await prisma.$queryRaw<{ all: string; text: string }[]>`
      SELECT row_to_json(m)::text AS all, text FROM mail m WHERE id = ${id}::uuid`
    return row ?? { all: '', text: '' }
  }
  const written = async (store = outbox) => {
    await store.enqueue(withLink())
    return enqueued.at(-1)!
  }

  it('is sealed while it waits: the database shows no link', async () => {
    const id = await written()
    expect((await stored(id)).all).toContain('Your payment was sent')
    expect((await stored(id)).all).not.toContain(link.slice(-20))
    expect((await outbox.find(id))?.text).toContain(link)
  })

  it('is blank once it is taken, comes back for another attempt, and is gone once it is given up', async () => {
    const id = await written()
    await outbox.markSent(id)
    expect((await stored(id)).text).toBe('')
    await outbox.markFailed(id, 'later', `Sign in here: ${link}`)
    expect((await stored(id)).all).not.toContain(link.slice(-20))
    expect((await outbox.find(id))?.text).toContain(link)
    await outbox.markSent(id)
    await outbox.markFailed(id, 'never', null)
    expect(await stored(id)).toMatchObject({ text: '' })
    expect(await outbox.find(id)).toMatchObject({ text: '', sentAt: null })
  })

  it('stays, sealed, only for the demo mailbox', async () => {
    const demo = createMailStore(prisma, hooks, vault, { keepTexts: true })
    const id = await written(demo)
    await demo.markSent(id)
    expect(await demo.blankDone(15, 100)).toBe(0)
    expect((await demo.latest(1))[0]?.text).toContain(link)
    expect((await stored(id)).all).not.toContain(link.slice(-20))
    // Once a mail server is configured, the text goes.
    expect(await outbox.blankDone(15, 100)).toBeGreaterThan(0)
    expect((await stored(id)).text).toBe('')
  })

  it('of an older version is sealed while it waits and blanked once it was sent', async () => {
    const [waiting, sent] = [await written(), await written()]
    const plain = `Sign in here: ${link}`
    await prisma.$executeRaw`ALTER TABLE mail DISABLE TRIGGER mail_stays_sealed`
    await prisma.$executeRaw`UPDATE mail SET text = ${plain}, sent_at = CASE WHEN id = ${sent}::uuid THEN now() END
      WHERE id IN (${waiting}::uuid, ${sent}::uuid)`
    await prisma.$executeRaw`ALTER TABLE mail ENABLE TRIGGER mail_stays_sealed`
    expect(await outbox.blankDone(15, 100)).toBe(1)
    expect(await createSealStore(prisma, vault).reseal(1)).toMatchObject({ unreadable: 0 })
    expect((await stored(waiting)).all).not.toContain(link.slice(-20))
    expect((await outbox.find(waiting))?.text).toBe(plain)
    expect((await stored(sent)).text).toBe('')
    // And under the next key.
    const next = createVault([
      { id: 'next', key: Buffer.alloc(32, 8) },
      { id: 'test', key: Buffer.alloc(32, 7) },
    ])
    expect((await createSealStore(prisma, next).reseal(10)).mails).toBeGreaterThan(0)
    const onlyNext = createVault([{ id: 'next', key: Buffer.alloc(32, 8) }])
    expect((await createMailStore(prisma, hooks, onlyNext, { keepTexts: false }).find(waiting))?.text).toBe(
      plain,
    )
    expect((await outbox.find(waiting))?.text).toBeNull()
  })
})
