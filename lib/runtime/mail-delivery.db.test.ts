import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createMailStore, phrasePlace } from '#lib/db/message/mail-store.ts'
import type { Outbox } from '#lib/db/message/mail-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { noBrand } from '#lib/payouts/brand.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { ItemDraft, Log } from '#lib/services/ports.ts'
import { createJobQueue, mailQueue, mailRetries } from './job-queue.ts'
import type { JobQueue } from './job-queue.ts'
import { deliverFrom, deliverMail } from './mail-delivery.ts'
import type { MailDelivery } from './mail-delivery.ts'
import { createMailTransport, isClearFailure } from './mail-transport.ts'
import { startMailServer } from './testing/mail-server.ts'
import type { Answer } from './testing/mail-server.ts'

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A mail server that keeps the texts it takes. */
async function openMailServer(host?: string) {
  const server = { taken: [] as string[], answer: 'taken' as Answer }
  const { url, close } = await startMailServer(({ raw }) => {
    if (server.answer === 'taken') server.taken.push(raw)
    return server.answer
  }, host)
  return Object.assign(server, { url, close })
}

const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])

let prisma: PrismaClient
let databaseUrl: string
let drop: () => Promise<void>
let queue: JobQueue
let outbox: Outbox
let server: Awaited<ReturnType<typeof openMailServer>>
let items: ItemDraft[]
let delivery: MailDelivery | undefined

beforeAll(async () => {
  const database = await createTestDatabase()
  databaseUrl = database.url
  drop = database.drop
  prisma = createPrisma(databaseUrl)
  queue = createJobQueue(databaseUrl, quiet)
  outbox = createMailStore(prisma, queue, vault, { keepTexts: false })
})
beforeEach(async () => {
  items = []
  server = await openMailServer()
})
afterEach(async () => {
  await delivery?.stop()
  delivery = undefined
  await server.close()
})
afterAll(async () => {
  await queue.stop()
  await prisma.$disconnect()
  await drop()
})

const parts = (url = server.url) => ({
  brand: {
    read: () => Promise.resolve({ ...noBrand, email: 'help@shop.example', phone: '+44 20 7946 0123' }),
  },
  config: { appUrl: 'https://pay.example', merchantName: 'Example Shop' },
  outbox,
  log: quiet,
  items: { open: (item: ItemDraft) => Promise.resolve(void items.push(item)) },
  transport: createMailTransport({ url, from: 'Payouts <payouts@demo.example>' }),
})
async function written(): Promise<string> {
  const dedupeKey = randomUUID()
  await outbox.enqueue({
    to: 'ada@demo.example',
    dedupeKey,
    subject: 'Your payment was sent',
    text: 'Hello Ada',
  })
  return (await prisma.mail.findUniqueOrThrow({ where: { dedupeKey } })).id
}

describe('mail delivery', () => {
  it('sends what was written before the queue existed, and what is written later, each once, with two workers', async () => {
    const early = await written()
    delivery = deliverFrom(databaseUrl, parts())
    const second = deliverFrom(databaseUrl, parts())
    // Older than the sweep's patience.
    await prisma.$executeRaw`UPDATE mail SET created_at = now() - interval '1 minute'`
    await vi.waitFor(async () => expect((await outbox.find(early))?.sentAt).not.toBeNull(), {
      timeout: 30_000,
    })
    const later = await Promise.all(Array.from({ length: 5 }, written))
    await vi.waitFor(
      () => {
        // A worker that sees an unsent mail wakes it.
        for (const one of [delivery, second]) one?.wake()
        expect(server.taken).toHaveLength(6)
      },
      { timeout: 30_000 },
    )
    for (const id of [early, ...later]) {
      const found = server.taken.filter((text) => text.includes(`Message-ID: <${id}@demo.example>`))
      expect(found).toHaveLength(1)
    }
    await second.stop()
    expect(server.taken).toHaveLength(6)
  })

  it('sends each as text and as HTML, which says the same', async () => {
    await deliverMail(parts(), await written())
    const [raw = ''] = server.taken
    expect(raw).toContain('Content-Type: multipart/alternative')
    // Mail programs show the last form that they can.
    expect(raw.indexOf('Content-Type: text/plain')).toBeLessThan(raw.indexOf('Content-Type: text/html'))
    expect(raw.match(/Hello Ada/g)).toHaveLength(2)
    expect(raw.match(/Example Shop/g)).toHaveLength(2)
    // Mails break long lines.
    const whole = raw.replaceAll(/=\r?\n/g, '')
    expect(whole.match(/Contact us: /g)).toHaveLength(2)
    expect(whole).toContain('mailto:help@shop.example')
  })

  it('adds the phrase of the receiver it goes to, which the stored mail never has', async () => {
    const [id, email] = [randomUUID(), 'ada@demo.example']
    const phrase = vault.seal('red bicycle', phrasePlace(id))
    await prisma.user.create({ data: { id, email, name: 'Ada', role: 'receiver', phrase } })
    const mailId = await written()
    expect((await outbox.find(mailId))?.text).toBe('Hello Ada')
    await deliverMail(parts(), mailId)
    // Long lines of HTML are broken on their way.
    const raw = server.taken[0]?.replaceAll(/=\r?\n/g, '')
    expect(raw?.match(/Your phrase: red bicycle/g)).toHaveLength(2)
    await prisma.user.update({ where: { id }, data: { disabledAt: new Date() } })
    await deliverMail(parts(), await written())
    expect(server.taken[1]).not.toContain('red bicycle')
    // Never readable in the database.
    const data = { phrase: 'red bicycle' }
    await expect(prisma.user.update({ where: { id }, data })).rejects.toThrow('app_user_phrase_sealed')
    await prisma.user.delete({ where: { id } })
  })

  it('says nothing in clear to a server off this machine: no mail without STARTTLS', async () => {
    // Of this machine too, but by a name that the rule does not know.
    const elsewhere = await openMailServer('127.0.0.2')
    const { transport } = parts(elsewhere.url)
    const mail = await outbox.find(await written())
    if (!mail) throw new Error('no mail')
    const error: unknown = await transport
      .send({ ...mail, text: 'Text', html: '<p>Text</p>' })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ETLS' })
    expect(isClearFailure(error)).toBe(true)
    expect(elsewhere.taken).toEqual([])
    transport.close()
    await elsewhere.close()
  })

  it('is handed a job in the very transaction that writes the mail', async () => {
    delivery = deliverFrom(databaseUrl, parts('smtp://127.0.0.1:1'))
    const queueIsThere = async () => {
      const rows = await prisma.$queryRaw<unknown[]>`SELECT FROM pgboss.queue WHERE name = ${mailQueue}`
      expect(rows).toHaveLength(1)
    }
    await vi.waitFor(queueIsThere, { timeout: 30_000 })
    const fresh = createJobQueue(databaseUrl, quiet)
    const dedupeKey = randomUUID()
    await createMailStore(prisma, fresh, vault, { keepTexts: false }).enqueue({
      to: 'ada@demo.example',
      dedupeKey,
      subject: 'Hello',
      text: 'Ada',
    })
    const { id } = await prisma.mail.findUniqueOrThrow({ where: { dedupeKey } })
    const jobs = () =>
      prisma.$queryRaw<{ state: string }[]>`SELECT state::text FROM pgboss.job WHERE singleton_key = ${id}`
    expect(await jobs()).toHaveLength(1)
    await fresh.stop()
  })

  it('a mail that the server refuses for now is released and not sent twice', async () => {
    const id = await written()
    server.answer = 'refused'
    await expect(deliverMail(parts(), id)).rejects.toThrow()
    expect(await outbox.find(id)).toMatchObject({ sentAt: null, attempts: 1 })
    server.answer = 'taken'
    await Promise.all([deliverMail(parts(), id), deliverMail(parts(), id)])
    expect(server.taken).toHaveLength(1)
    expect(server.taken[0]).toContain('Hello Ada')
    expect(await outbox.find(id)).toMatchObject({ text: '' })
    expect(items).toEqual([])
  })

  it('a mail server that is down costs nothing but time, and somebody hears of it in the end', async () => {
    const id = await written()
    for (let attempt = 0; attempt < mailRetries; attempt++)
      await expect(deliverMail(parts('smtp://127.0.0.1:1'), id)).rejects.toThrow('ECONNREFUSED')
    expect(items).toEqual([])
    await deliverMail(parts('smtp://127.0.0.1:1'), id)
    expect(items).toMatchObject([{ kind: 'mail_failed', subject: id }])
    expect(await outbox.find(id)).toMatchObject({ sentAt: null, text: '' })
    // Nobody gets an empty one.
    await deliverMail(parts(), id)
    expect(server.taken).toEqual([])
  })

  it('a mail whose key is missing waits for it, and somebody hears of it', async () => {
    const id = await written()
    const other = createVault([{ id: 'other', key: Buffer.alloc(32, 9) }])
    const blind = { ...parts(), outbox: createMailStore(prisma, queue, other, { keepTexts: false }) }
    await expect(deliverMail(blind, id)).rejects.toThrow('cannot be opened')
    expect(items).toMatchObject([{ kind: 'mail_failed', subject: id }])
    expect(server.taken).toEqual([])
    await deliverMail(parts(), id)
    expect(server.taken[0]).toContain('Hello Ada')
  })

  it('a mail whose text was on its way when the line broke is not sent again: it may have arrived', async () => {
    const id = await written()
    server.answer = 'hang_up'
    await deliverMail(parts(), id)
    expect(items).toMatchObject([{ kind: 'mail_failed', subject: id }])
    server.answer = 'taken'
    await deliverMail(parts(), id)
    expect(server.taken).toEqual([])
  })

  it('without a mail server everything is for the demo mailbox at once', async () => {
    const id = await written()
    await deliverMail({ ...parts(), transport: createMailTransport(null) }, id)
    expect((await outbox.find(id))?.sentAt).toBeInstanceOf(Date)
  })
})
