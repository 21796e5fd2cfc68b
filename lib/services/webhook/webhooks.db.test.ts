/** Outgoing webhooks from the move of a payout to a listening system: real database, real sockets, our own receivers. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createVault } from '#lib/db/seal/vault.ts'
import { createStores } from '#lib/db/stores.ts'
import { eventPageSchema, eventViewSchema } from '#lib/contract/event.ts'
import { webhookEventTypes } from '#lib/payouts/webhook-events.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { decideAccess } from '#lib/services/people/decide-access.ts'
import type { WebhookEvent } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { changeTarget, renewSecret, resendDelivery } from './change-target.ts'
import { escalateItems } from './escalate-items.ts'
import { listEvents } from './list-events.ts'
import { forgetEvents } from './forget-events.ts'
import { makeEvents } from './make-events.ts'
import { proposeTarget } from './propose-target.ts'
import { sendWebhooks } from './send-webhooks.ts'
import { showTarget } from './show-targets.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let admins: [Person, Person]
const deps = () => portal.deps
const code = '123456'
const operator: Actor = { kind: 'operator', name: 'root' }

beforeAll(async () => {
  portal = await createTestPortal()
  const staff = createStaff(portal)
  admins = [await staff.person('admin', 'Ana'), await staff.person('admin', 'Ben')]
})
const closing: (() => void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  // Each test has its own targets.
  for (const { id } of await deps().webhooks.targets()) await deps().webhooks.remove(id, admins[0])
})
afterAll(() => portal.close())

type Heard = { headers: Record<string, string>; body: string }

/** A system that listens, and keeps what it heard. */
async function listen(answer: RequestListener = (_, response) => response.end()) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      heard.push({ headers: request.headers as Record<string, string>, body })
      answer(request, response)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard }
}

type More = Partial<Omit<Parameters<typeof proposeTarget>[2], 'code'>>

/** Proposed by one admin, confirmed by the other. */
async function target(address: string, more: More = {}): Promise<string> {
  const proposed = await proposeTarget(deps(), admins[0], {
    ...{ name: 'Shop', kind: 'signed', address, events: webhookEventTypes, ownerEmail: '', code },
    ...more,
  })
  if (!proposed.ok) throw new Error(JSON.stringify(proposed))
  const decided = await decideAccess(deps(), admins[1], {
    id: proposed.change.id,
    decision: 'confirmed',
    code,
  })
  if (!decided.ok) throw new Error(decided.code)
  return proposed.change.subjectId
}

async function withSecret(address: string, more: More = {}): Promise<{ id: string; secret: string }> {
  const id = await target(address, more)
  // What happened before it has a secret isn't told.
  await catchUp()
  const made = await renewSecret(deps(), admins[0], { id, code })
  if (!made.ok) throw new Error(made.code)
  return { id, secret: made.secret }
}

const never = new AbortController().signal
/** Looks until all that has happened is told: a transaction of another test's database on the same server holds it up for a moment. */
async function catchUp() {
  const [last] = await portal.prisma.$queryRaw<{ id: bigint }[]>`
    SELECT coalesce(max(id), 0) AS id FROM payout_event`
  const isTold = async () => {
    await makeEvents(deps(), never)
    const { lastEventId } = await portal.prisma.webhookMark.findFirstOrThrow()
    return lastEventId >= last!.id && (await portal.prisma.webhookNews.count()) === 0
  }
  await expect.poll(isTold, { timeout: 30_000, interval: 5 }).toBe(true)
}
async function tellAll() {
  await catchUp()
  await sendWebhooks(deps(), never)
}
const logOf = async (id: string) => {
  const shown = await showTarget(deps(), admins[0], { id })
  if (!shown.ok) throw new Error(shown.code)
  return shown
}
/** Due now, whatever pause it was given. */
const dueNow = (id: string) =>
  portal.prisma
    .$executeRaw`UPDATE webhook_delivery SET due_at = date_trunc('milliseconds', now()) WHERE target_id = ${id}::uuid AND due_at IS NOT NULL`
const typesOf = (heard: readonly Heard[]) =>
  heard.map(({ body }) => eventViewSchema.parse(JSON.parse(body)).type)

describe('a payout', () => {
  it('is told from its request to its end, signed, in the order of its versions, without names and account digits', async () => {
    const shop = await listen()
    const { secret } = await withSecret(shop.url)
    const id = await portal.ask({ metadata: { order: '77' } })
    await cancelPayout(deps(), system, { id })
    await tellAll()
    const events = shop.heard.map(({ headers, body }) =>
      eventViewSchema.parse(new Webhook(secret).verify(body, headers)),
    )
    expect(events.map(({ type }) => type)).toEqual(['payout.requested', 'payout.cancelled'])
    const [asked, cancelled] = events.map(({ data }) => data.payout)
    expect(asked).toMatchObject({
      id,
      status: 'requested',
      amount: '100.50',
      currency: 'EUR',
      metadata: { order: '77' },
    })
    expect(cancelled!.version!).toBeGreaterThan(asked!.version!)
    expect(events[1]!.sequence).toBeGreaterThan(events[0]!.sequence)
    expect(shop.heard.map(({ headers }) => headers['webhook-id'])).toEqual(events.map((event) => event.id))
    expect(JSON.stringify(shop.heard)).not.toMatch(/Nowak|ada@|3000|DE89/)
  })

  it('writes nothing for it, and no event is lost or doubled however transactions overlap', async () => {
    const shop = await listen()
    await withSecret(shop.url, { events: ['payout.requested'] })
    const stopping = new AbortController()
    const makers = Array.from({ length: 3 }, async () => {
      while (!stopping.signal.aborted) await makeEvents(deps(), stopping.signal)
    })
    const ids = await Promise.all(Array.from({ length: 60 }, () => portal.ask()))
    stopping.abort()
    await Promise.all(makers)
    await tellAll()
    const told = shop.heard.map(({ body }) => eventViewSchema.parse(JSON.parse(body)).data.payout?.id)
    expect([...told].sort()).toEqual([...ids].sort())
  })

  it('is not told before a transaction that began earlier is over, so that no number appears behind a reader', async () => {
    const last = async () => (await portal.prisma.webhookMark.findFirstOrThrow()).lastEventId
    await catchUp()
    await portal.prisma.$transaction(
      async (tx) => {
        // It has an id, and may still write an event with a lower number.
        await tx.$queryRaw`SELECT pg_current_xact_id()::text, nextval('payout_event_id_seq')`
        await makeEvents(deps(), never)
        const before = await last()
        await portal.ask()
        for (let n = 0; n < 5; n++) await makeEvents(deps(), never)
        expect(await last()).toBe(before)
      },
      { timeout: 20_000 },
    )
    await catchUp()
    expect(await last()).toBeGreaterThan(0n)
  })
})

describe('a target', () => {
  it('takes two admins, gets nothing before it has a secret, and shows the secret once', async () => {
    const shop = await listen()
    const proposed = await proposeTarget(deps(), admins[0], {
      ...{ name: 'Shop', kind: 'signed', address: `${shop.url}?token=abc`, events: ['payout.requested'] },
      ...{ ownerEmail: '', code },
    })
    if (!proposed.ok) throw new Error(proposed.code)
    const { id, subjectId } = proposed.change
    expect(await decideAccess(deps(), admins[0], { id, decision: 'confirmed', code })).toMatchObject({
      code: 'same_person',
    })
    expect(await deps().webhooks.targets()).toEqual([])
    await decideAccess(deps(), admins[1], { id, decision: 'confirmed', code })
    await portal.ask()
    await tellAll()
    expect(shop.heard).toEqual([])
    const made = await renewSecret(deps(), admins[0], { id: subjectId, code })
    if (!made.ok) throw new Error(made.code)
    const { target: shown } = await logOf(subjectId)
    expect(shown.addressShown).toBe(`${shop.url}?…`)
    const stored = JSON.stringify(await portal.prisma.webhookTarget.findMany())
    const kept =
      JSON.stringify(await portal.prisma.accessChange.findMany()) +
      JSON.stringify(
        await portal.prisma.auditEvent.findMany({ where: { subject: subjectId } }),
        (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      )
    for (const secret of [made.secret, 'token=abc']) expect(stored + kept).not.toContain(secret)
  })

  it('changes to another address or other events only when another admin agrees; the database refuses the rest', async () => {
    const [one, other] = [await listen(), await listen()]
    const { id } = await withSecret(one.url, { events: ['payout.requested'] })
    await expect(
      portal.prisma
        .$executeRaw`UPDATE webhook_target SET events = ARRAY['payout.paid'] WHERE id = ${id}::uuid`,
    ).rejects.toThrow('two admins agree')
    await expect(
      portal.prisma
        .$executeRaw`UPDATE webhook_target SET address_sealed = 'v1.test.x' WHERE id = ${id}::uuid`,
    ).rejects.toThrow('two admins agree')
    const again = {
      id,
      name: 'Shop',
      kind: 'signed',
      address: other.url,
      events: ['payout.requested'],
      ownerEmail: '',
    }
    const proposed = await proposeTarget(deps(), admins[1], { ...again, code })
    if (!proposed.ok) throw new Error(proposed.code)
    expect(await proposeTarget(deps(), admins[0], { ...again, code })).toMatchObject({ code: 'access_waits' })
    await portal.ask()
    await tellAll()
    await decideAccess(deps(), admins[0], { id: proposed.change.id, decision: 'confirmed', code })
    await portal.ask()
    await tellAll()
    expect([one.heard.length, other.heard.length]).toEqual([1, 1])
  })

  it('is refused where it would reach into a network, or is nothing that anybody could listen to', async () => {
    const problems = async (more: More) => {
      const told = await proposeTarget(deps(), admins[0], {
        ...{
          name: 'x',
          kind: 'signed',
          address: 'https://shop.example/',
          events: ['payout.paid'],
          ownerEmail: '',
          code,
        },
        ...more,
      })
      return told.ok ? told : told.errors?.map(({ path }) => path)
    }
    expect(await problems({ address: 'https://10.0.0.1/' })).toEqual(['address'])
    expect(await problems({ events: [], name: '' })).toEqual(['name', 'events'])
    expect(await problems({ events: ['payout.paid', 'everything'] })).toEqual(['events'])
    expect(await problems({ ownerEmail: 'nobody@example.com' })).toEqual(['owner'])
    expect(await problems({ kind: 'pigeon' })).toEqual(['kind'])
    expect(await problems({ kind: 'chat', zone: 'Mars/Base' })).toEqual(['zone'])
  })

  it('of a person gets only what came through their API keys, and nothing once they have left', async () => {
    const owner = await createStaff(portal).person('clerk', 'Olga')
    const { email } = (await deps().people.findUser(owner.id))!
    const key = await createApiKey(deps(), operator, { name: 'Olga’s', ownerEmail: email })
    if (!key.ok) throw new Error(key.code)
    const caller: Actor = { ...(system as Actor & { kind: 'api_key' }), id: key.id, ownerId: owner.id }
    const ask = async () => {
      const made = await createPayout(deps(), caller, { idempotencyKey: randomUUID(), body: sampleRequest })
      if (!made.ok) throw new Error(made.code)
      return made.payout.id
    }
    const shop = await listen()
    expect(
      await proposeTarget(deps(), admins[0], {
        ...{ name: 'x', kind: 'signed', address: shop.url, events: ['item.opened'], ownerEmail: email, code },
      }),
    ).toMatchObject({ errors: [{ path: 'events', said: { code: 'eventsOwner' } }] })
    await withSecret(shop.url, { events: ['payout.requested'], ownerEmail: email })
    await portal.ask()
    const own = await ask()
    await tellAll()
    expect(
      shop.heard.map(({ body }) => (JSON.parse(body) as { data: { payout: { id: string } } }).data.payout.id),
    ).toEqual([own])
    expect(await listEvents(deps(), caller, {})).toMatchObject({
      ok: true,
      data: [{ data: { payout: { id: own } } }],
    })
    await portal.prisma.user.update({ where: { id: owner.id }, data: { disabledAt: new Date() } })
    await ask()
    await tellAll()
    expect(shop.heard).toHaveLength(1)
  })

  it('signs with both secrets while one replaces the other, and with one when that is ended', async () => {
    const shop = await listen()
    const { id, secret } = await withSecret(shop.url, { events: ['payout.requested'] })
    const renewed = await renewSecret(deps(), admins[1], { id, code })
    if (!renewed.ok) throw new Error(renewed.code)
    await changeTarget(deps(), admins[0], { id, act: 'test' })
    await tellAll()
    const [both] = shop.heard
    for (const one of [secret, renewed.secret]) new Webhook(one).verify(both!.body, both!.headers)
    await changeTarget(deps(), admins[0], { id, act: 'drop_previous' })
    await changeTarget(deps(), admins[0], { id, act: 'test' })
    await tellAll()
    const newest = shop.heard[1]!
    new Webhook(renewed.secret).verify(newest.body, newest.headers)
    expect(() => new Webhook(secret).verify(newest.body, newest.headers)).toThrow()
    expect(typesOf(shop.heard)).toEqual(['webhook.test', 'webhook.test'])
  })
})

describe('another data key', () => {
  it('seals targets again, and what is sent stays the same', async () => {
    const shop = await listen()
    const { id, secret } = await withSecret(`${shop.url}?a=1`, { events: ['payout.requested'] })
    const old = { id: 'test', key: Buffer.alloc(32, 7) }
    const fresh = { id: 'fresh', key: Buffer.alloc(32, 8) }
    const storesWith = (...keys: [typeof old, ...(typeof old)[]]) =>
      createStores(portal.prisma, {
        hooks: { enqueueMail: () => Promise.resolve() },
        vault: createVault(keys),
        keepMailTexts: true,
      })
    expect(await storesWith(fresh, old).seals.reseal(100)).toMatchObject({ unreadable: 0 })
    await portal.ask()
    await catchUp()
    await sendWebhooks({ ...deps(), webhooks: storesWith(fresh).webhooks }, never)
    new Webhook(secret).verify(shop.heard[0]!.body, shop.heard[0]!.headers)
    // Back, for the tests after this one.
    await storesWith(old, fresh).seals.reseal(100)
    expect((await logOf(id)).rows).toMatchObject([{ status: 200 }])
  })
})

describe('a delivery', () => {
  it('that fails is tried again with the same id and bytes, and its log says why', async () => {
    let status = 500
    const shop = await listen((_, response) => response.writeHead(status, { 'x-a': '1' }).end('no, sorry'))
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await portal.ask()
    await tellAll()
    const failed = await logOf(id)
    expect(failed.rows).toMatchObject([
      {
        type: 'payout.requested',
        attempts: 1,
        status: 500,
        answer: 'no, sorry',
        error: 'It answered 500.',
        deliveredAt: null,
      },
    ])
    expect(failed.target.failingSince).not.toBeNull()
    const wait = failed.rows[0]!.dueAt!.getTime() - Date.now()
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThan(6_000)
    status = 204
    await dueNow(id)
    await sendWebhooks(deps(), never)
    const [first, second] = shop.heard
    expect(second!.body).toBe(first!.body)
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id'])
    const arrived = await logOf(id)
    expect(arrived.rows).toMatchObject([{ attempts: 2, status: 204, dueAt: null, error: null }])
    expect(arrived.target.failingSince).toBeNull()
  })

  it('that is answered by a redirect is not followed', async () => {
    const inside = await listen()
    const shop = await listen((_, response) => response.writeHead(302, { location: inside.url }).end())
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await portal.ask()
    await tellAll()
    expect((await logOf(id)).rows).toMatchObject([
      { status: 302, error: 'It answered with a redirect, which is not followed.' },
    ])
    expect(inside.heard).toEqual([])
  })

  it('to a system that hangs holds up no other', async () => {
    let isOpen = true
    const waiting: (() => void)[] = []
    const slow = await listen((_, response) => {
      if (isOpen) waiting.push(() => response.end())
      else response.end()
    })
    const quick = await listen()
    await withSecret(slow.url, { events: ['payout.requested'] })
    await withSecret(quick.url, { events: ['payout.requested'] })
    await Promise.all(Array.from({ length: 40 }, () => portal.ask()))
    await catchUp()
    const sending = sendWebhooks(deps(), never)
    await expect.poll(() => quick.heard.length, { timeout: 10_000 }).toBe(40)
    expect(slow.heard.length).toBeLessThanOrEqual(16)
    isOpen = false
    for (const answer of waiting) answer()
    await sending
    // On a busy machine some may have waited too long for its answer, and the target counts as failing.
    const arrived = async () => {
      await sendWebhooks(deps(), never)
      return new Set(slow.heard.map(({ headers }) => headers['webhook-id'])).size
    }
    await expect.poll(arrived, { timeout: 20_000 }).toBe(40)
  })

  it('that a worker sent and died before recording comes twice, under the same id', async () => {
    const shop = await listen()
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await portal.ask()
    await catchUp()
    let reached = () => {}
    const sent = new Promise<void>((done) => (reached = done))
    const dying = {
      ...deps(),
      webhooks: { ...deps().webhooks, record: () => (reached(), new Promise<never>(() => undefined)) },
    }
    const stopping = new AbortController()
    void sendWebhooks(dying, stopping.signal)
    await sent
    stopping.abort()
    // Its lease keeps others off until it is over.
    await sendWebhooks(deps(), never)
    expect(shop.heard).toHaveLength(1)
    await dueNow(id)
    await sendWebhooks(deps(), never)
    expect(new Set(shop.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(shop.heard).toHaveLength(2)
    expect((await logOf(id)).rows).toMatchObject([{ attempts: 2, status: 200 }])
  })

  it('can be sent again by a person, and is given up after the last attempt', async () => {
    let status = 500
    const shop = await listen((_, response) => response.writeHead(status).end())
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await portal.ask()
    await catchUp()
    for (let n = 0; n < 10; n++) {
      await dueNow(id)
      await sendWebhooks(deps(), never)
    }
    const [row] = (await logOf(id)).rows
    expect(row).toMatchObject({ attempts: 10, dueAt: null, deliveredAt: null })
    status = 200
    expect(await resendDelivery(deps(), admins[0], { id, eventId: String(row!.eventId) })).toEqual({
      ok: true,
    })
    await sendWebhooks(deps(), never)
    expect((await logOf(id)).rows).toMatchObject([{ attempts: 11, status: 200 }])
    expect(await resendDelivery(deps(), admins[0], { id, eventId: '999999999' })).toMatchObject({
      code: 'not_found',
    })
  })

  it('switches its target off after days of failure, tells people once, and goes on when it is switched on', async () => {
    let status = 500
    const shop = await listen((_, response) => response.writeHead(status).end())
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await portal.ask()
    await tellAll()
    await portal.prisma
      .$executeRaw`UPDATE webhook_target SET failing_since = now() - interval '5 days 1 hour' WHERE id = ${id}::uuid`
    await dueNow(id)
    await sendWebhooks(deps(), never)
    expect((await logOf(id)).target.disabledWhy).toBe('failed')
    const mails = await portal.mails({})
    expect(mails.filter(({ subject }) => subject === 'Webhooks to Shop are switched off')).toHaveLength(2)
    const items = async () => (await deps().items.list()).filter(({ kind }) => kind === 'webhook_failed')
    expect(await items()).toHaveLength(1)
    status = 200
    await dueNow(id)
    await sendWebhooks(deps(), never)
    expect(shop.heard).toHaveLength(2)
    await changeTarget(deps(), admins[0], { id, act: 'switch_on' })
    await sendWebhooks(deps(), never)
    expect(shop.heard).toHaveLength(3)
    expect(await items()).toHaveLength(0)
  })

  it('to a system that answers 410 is the last one', async () => {
    const shop = await listen((_, response) => response.writeHead(410).end())
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await portal.ask()
    await tellAll()
    expect((await logOf(id)).target.disabledWhy).toBe('gone')
  })

  it('of a failing target is tried one at a time', async () => {
    let together = 0
    let most = 0
    const shop = await listen((_, response) => {
      most = Math.max(most, ++together)
      setImmediate(() => {
        together--
        response.writeHead(500).end()
      })
    })
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await portal.prisma.$executeRaw`UPDATE webhook_target SET failing_since = now() WHERE id = ${id}::uuid`
    await Promise.all(Array.from({ length: 5 }, () => portal.ask()))
    await tellAll()
    expect([shop.heard.length, most]).toEqual([5, 1])
  })
})

describe('the log of a target', () => {
  it('pages by a key, newest first', async () => {
    const shop = await listen()
    const { id } = await withSecret(shop.url, { events: ['payout.requested'] })
    await Promise.all(Array.from({ length: 53 }, () => portal.ask()))
    await tellAll()
    const first = await logOf(id)
    expect(first.rows).toHaveLength(50)
    const second = await showTarget(deps(), admins[0], { id, cursor: first.next! })
    if (!second.ok) throw new Error(second.code)
    expect([second.rows.length, second.next]).toEqual([3, null])
    const ids = [...first.rows, ...second.rows].map(({ eventId }) => eventId)
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? 1 : -1)))
  })
})

describe('other events', () => {
  it('of grants and open items are told in the same order', async () => {
    const shop = await listen()
    await withSecret(shop.url, { events: ['grant.created', 'item.opened', 'item.closed'] })
    const body = {
      receiver: { externalId: 'cust-9' },
      amount: '5.00',
      currency: 'EUR',
      reference: randomUUID(),
    }
    await createGrant(deps(), system, { idempotencyKey: randomUUID(), body })
    await deps().items.open({ kind: 'mail_failed', severity: 'warning', what: 'w', why: 'y', subject: 'm1' })
    await deps().items.open({ kind: 'mail_failed', severity: 'warning', what: 'w', why: 'y', subject: 'm1' })
    await deps().items.closeByKind('mail_failed', 'm1', 'over')
    await tellAll()
    const events = shop.heard.map(({ body: said }) => eventViewSchema.parse(JSON.parse(said)))
    expect(events.map(({ type }) => type)).toEqual(['grant.created', 'item.opened', 'item.closed'])
    expect(events[0]!.data.grant).toMatchObject({
      reference: body.reference,
      amount: '5.00',
      receiver: { externalId: 'cust-9' },
    })
    expect(events[1]!.data.item).toMatchObject({ kind: 'mail_failed', severity: 'warning' })
  })

  it('come to systems that ask for them, from where they have read up to', async () => {
    await catchUp()
    const start = await allEvents()
    await portal.ask()
    await portal.ask()
    await catchUp()
    const asked = await listEvents(deps(), system, { cursor: start, limit: 1 })
    if (!asked.ok) throw new Error(asked.code)
    expect(eventPageSchema.parse(asked).data).toHaveLength(1)
    const next = await listEvents(deps(), system, { cursor: asked.nextCursor, limit: 1 })
    if (!next.ok) throw new Error(next.code)
    expect(next.data[0]!.sequence).toBeGreaterThan(asked.data[0]!.sequence)
    expect(await listEvents(deps(), system, { cursor: next.nextCursor })).toEqual({
      ok: true,
      data: [],
      nextCursor: next.nextCursor,
      goneUntil: null,
    })
    expect(await listEvents(deps(), system, { cursor: 'x' })).toMatchObject({ code: 'invalid_request' })
    const less: Actor = { ...(system as Actor & { kind: 'api_key' }), scopes: ['payouts:read'] }
    expect(await listEvents(deps(), less, {})).toMatchObject({ code: 'forbidden' })
  })

  async function allEvents(): Promise<string> {
    let cursor = '0'
    for (;;) {
      const page = await listEvents(deps(), system, { cursor, limit: 100 })
      if (!page.ok) throw new Error(page.code)
      if (page.data.length === 0) return cursor
      cursor = page.nextCursor
    }
  }

  it('are never changed', async () => {
    await expect(portal.prisma.$executeRaw`UPDATE webhook_event SET type = 'x'`).rejects.toThrow()
    await expect(portal.prisma.$executeRaw`DELETE FROM webhook_event`).rejects.toThrow('of this week')
  })
})

describe('a chat', () => {
  const chat = (more: More = {}): More => ({
    kind: 'chat',
    events: ['payout.requested', 'item.opened', 'item.escalated'],
    ...more,
  })
  /** It has heard of its own proposal, and of what was open. */
  async function chatAt(room: Awaited<ReturnType<typeof listen>>, more: More): Promise<string> {
    const id = await target(room.url, more)
    await tellAll()
    room.heard.length = 0
    return id
  }
  const said = ({ body }: Heard) => (JSON.parse(body) as { text: string }).text

  it('reads one message with a line and a link for each, and no name or account digit', async () => {
    const room = await listen()
    const id = await chatAt(room, chat())
    const payout = await portal.ask()
    await portal.ask()
    await tellAll()
    expect(room.heard).toHaveLength(1)
    const [message] = room.heard
    expect(said(message!).split('\n')).toHaveLength(2)
    expect(said(message!)).toContain(
      `Payout of 100.50 EUR: Requested. http://localhost:3000/desk/payouts/${payout}`,
    )
    expect(said(message!)).not.toMatch(/Nowak|ada@|3000 |DE89/)
    expect(message!.headers['webhook-signature']).toBeUndefined()
    expect((await logOf(id)).target.addressShown).toBe(`${new URL(room.url).origin}/…`)
  })

  it('is written to at its pace, but alarms come at once, in its language', async () => {
    const room = await listen()
    await chatAt(room, chat({ pace: 'daily', locale: 'ru' }))
    await portal.ask()
    await tellAll()
    expect(room.heard).toEqual([])
    await deps().items.open({ kind: 'money_equation', severity: 'critical', what: 'w', why: 'y' })
    await tellAll()
    expect(room.heard.map(said).join()).toContain('Новая задача')
    await deps().items.closeByKind('money_equation', undefined, 'over')
  })

  it('and admins hear, once, of what nobody takes', async () => {
    const room = await listen()
    await chatAt(room, chat({ events: ['item.escalated'] }))
    await deps().items.open({ kind: 'mail_failed', severity: 'warning', what: 'w', why: 'y', subject: 'm2' })
    await escalateItems(deps())
    await portal.prisma
      .$executeRaw`UPDATE open_item SET opened_at = now() - interval '25 hours' WHERE closed_at IS NULL`
    expect(await escalateItems(deps())).toBeGreaterThan(0)
    expect(await escalateItems(deps())).toBe(0)
    await tellAll()
    expect(room.heard.map(said).join()).toContain('Nobody has taken this')
    const mails = (await portal.mails({})).filter(({ subject }) => subject.includes('nobody has taken'))
    expect(mails).toHaveLength(2)
    await deps().items.closeByKind('mail_failed', 'm2', 'over')
  })
})

describe('the database', () => {
  it('keeps events in the order in which they were made, also where a chat is held', async () => {
    const rows = await portal.prisma.webhookEvent.findMany({ orderBy: { id: 'asc' } })
    const byPayout = Map.groupBy(rows, ({ payoutId }) => payoutId)
    for (const [payoutId, own] of byPayout) {
      if (payoutId === null) continue
      const versions = own.flatMap(({ version }) => (version === null ? [] : [version]))
      expect(versions).toEqual([...versions].sort((a, b) => a - b))
    }
    expect(rows.length).toBeGreaterThan(100)
    const types: readonly WebhookEvent['type'][] = [...webhookEventTypes, 'webhook.test']
    for (const { type } of rows) expect(types).toContain(type)
  })
})

// The last, because it makes everything before it old.
describe('old events', () => {
  it('go with what came of them, a few at a time, and never while they are on their way', async () => {
    const [shop, away] = [await listen(), await listen((_, response) => response.writeHead(500).end())]
    await withSecret(shop.url, { events: ['payout.requested'] })
    const { id: awayId } = await withSecret(away.url, { events: ['payout.cancelled'] })
    const id = await portal.ask()
    await cancelPayout(deps(), system, { id })
    await tellAll()
    expect([shop.heard.length, away.heard.length]).toEqual([1, 1])
    const { prisma } = portal
    const counted = async () => [await prisma.webhookEvent.count(), await prisma.webhookDelivery.count()]
    const before = await counted()
    await forgetEvents(deps(), never)
    expect(await counted(), 'all are young').toEqual(before)
    await prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.$executeRaw`UPDATE webhook_event SET at = date_trunc('milliseconds', now() - interval '89 days')`
    })
    await forgetEvents(deps(), never)
    expect(await counted(), 'none is older than the setting').toEqual(before)
    await expect(
      prisma.$executeRaw`DELETE FROM webhook_delivery WHERE target_id = ${awayId}::uuid`,
    ).rejects.toThrow('on its way')
    await deps().settings.change({ eventDays: 30 }, operator)

    // Two are looked at, and it says where to go on.
    const [, second] = await prisma.webhookEvent.findMany({ orderBy: { id: 'asc' }, take: 2 })
    expect(await deps().webhooks.forget(0n, 30, 2)).toBe(second?.id)
    expect((await prisma.webhookEvent.count()) < before[0]!).toBe(true)
    await forgetEvents(deps(), never)
    const left = await listEvents(deps(), system, {})
    expect(left).toMatchObject({ ok: true, data: [{ type: 'payout.cancelled', data: { payout: { id } } }] })
    expect(left.ok && Date.parse(left.goneUntil ?? '')).toBeLessThan(Date.now() - 88 * 86_400_000)
    expect(await prisma.webhookDelivery.count()).toBe(1)

    // Nobody gets it any more.
    await deps().webhooks.remove(awayId, admins[0])
    await forgetEvents(deps(), never)
    expect(await counted()).toEqual([0, 0])
  })
})
