import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPrisma } from './client.ts'
import type { PrismaClient } from './client.ts'
import { createMailStore, insertMails } from './mail-store.ts'
import type { Outbox } from './mail-store.ts'
import { createTestDatabase } from './testing/database.ts'

let prisma: PrismaClient
let outbox: Outbox
let drop: () => Promise<void>
let enqueued: string[]

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url)
  outbox = createMailStore(prisma, {
    enqueueMail: (_tx, ids) => {
      enqueued.push(...ids)
      return Promise.resolve()
    },
  })
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
  it('keeps one mail per key, however often and however fast it is asked for', async () => {
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
    const ids = await prisma.$transaction((tx) => insertMails(tx, drafts, null))
    const recipients = await Promise.all(ids.map(async (id) => (await outbox.find(id))?.recipient))
    expect(recipients.sort()).toEqual([first, second].sort())
    expect(await prisma.$transaction((tx) => insertMails(tx, drafts, null))).toEqual([])
  })

  it('forgets a mail whose change was rolled back', async () => {
    const one = draft()
    const failing = prisma.$transaction(async (tx) => {
      await insertMails(tx, [one], null)
      throw new Error('the change did not happen')
    })
    await expect(failing).rejects.toThrow('the change did not happen')
    expect(await prisma.mail.count({ where: { dedupeKey: one.dedupeKey } })).toBe(0)
  })

  it('lets exactly one of ten senders have a mail, and another one after a clear failure', async () => {
    await outbox.enqueue(draft())
    const id = enqueued[0]!
    const claims = await Promise.all(Array.from({ length: 10 }, () => outbox.markSent(id)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    await outbox.markFailed(id, 'x'.repeat(5000))
    expect(await outbox.find(id)).toMatchObject({ sentAt: null, attempts: 1 })
    expect(await outbox.markSent(id)).toBe(true)
    expect(await outbox.markSent(id)).toBe(false)
  })

  it('finds mails that wait for too long, but not those that were given up', async () => {
    await outbox.enqueue(draft())
    const id = enqueued[0]!
    expect(await outbox.unsent(60_000, 15, 100)).not.toContain(id)
    expect(await outbox.unsent(-1000, 15, 100)).toContain(id)
    await outbox.markSent(id)
    expect(await outbox.unsent(-1000, 15, 100)).not.toContain(id)
    await outbox.markFailed(id, 'no')
    expect(await outbox.unsent(-1000, 1, 100)).not.toContain(id)
    expect(await outbox.unsent(-1000, 2, 100)).toContain(id)
  })
})
