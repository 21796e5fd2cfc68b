/** Receivers, their destinations, retries and the pages of every list, over HTTP on a real database. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { destinationViewSchema, receiverViewSchema } from '#lib/contract/receiver.ts'
import { payoutViewSchema } from '#lib/contract/payout.ts'
import { apiScopes, usualScopes } from '#lib/payouts/permissions.ts'
import type { ApiScope } from '#lib/payouts/permissions.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'

const world = vi.hoisted(() => ({ getDeps: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const grants = await import('../grants/route.ts')
const grant = await import('../grants/[id]/route.ts')
const payouts = await import('../payouts/route.ts')
const retry = await import('../payouts/[id]/retry/route.ts')
const receivers = await import('./route.ts')
const receiver = await import('./[externalId]/route.ts')
const destinations = await import('./[externalId]/destinations/route.ts')
const destination = await import('./[externalId]/destinations/[id]/route.ts')
const disable = await import('./[externalId]/destinations/[id]/disable/route.ts')

const operator = { kind: 'operator', name: 'test' } as const
let portal: Awaited<ReturnType<typeof createTestPortal>>
let key: string
beforeAll(async () => {
  portal = await createTestPortal()
  world.getDeps.mockResolvedValue(portal.deps)
  key = await makeKey()
})
afterAll(() => portal.close())

async function makeKey(scopes: readonly ApiScope[] = apiScopes, ownerId: string | null = null) {
  const made = randomUUID()
  const draft = { id: randomUUID(), name: 'shop', keyHash: hashToken(made), ownerId, scopes }
  await portal.deps.keys.create(draft, operator)
  return made
}

const base = 'http://portal.test/api/v1'
const here = { params: Promise.resolve({}) }
const named = (id: string) => ({ params: Promise.resolve({ id }) })
function ask(method: string, path: string, content?: unknown, headers: Record<string, string> = {}) {
  const json = content === undefined ? {} : { 'Content-Type': 'application/json' }
  return new Request(base + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, ...json, ...headers },
    ...(content !== undefined && { body: JSON.stringify(content) }),
  })
}
const by = (other: string) => ({ Authorization: `Bearer ${other}` })
type Json = Record<string, unknown> & { data: Record<string, unknown>[]; nextCursor: string | null }
const jsonOf = async (answer: Response) => [answer.status, (await answer.json()) as Json] as const
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
const at = (externalId: string) => `/receivers/${encodeURIComponent(externalId)}`
const put = (externalId: string, content: unknown, headers: Record<string, string> = {}) =>
  receiver.PUT(ask('PUT', at(externalId), content, headers), here)
const account = () => ({ account_number: randomUUID().replaceAll('-', '').toUpperCase() })
const add = (externalId: string, content: unknown) =>
  destinations.POST(ask('POST', `${at(externalId)}/destinations`, content), here)

async function known(more: Record<string, string> = {}): Promise<string> {
  const externalId = randomUUID()
  expect((await put(externalId, { firstName: 'Ada', ...more })).status).toBe(201)
  return externalId
}

describe('a receiver', () => {
  it('is made, is the same again, and may get another language but not another name', async () => {
    const externalId = `a/b%20 ż-${randomUUID()}`
    const ada = { email: 'ada@example.com', firstName: 'Ada', locale: 'ru-RU' }
    const first = await put(externalId, ada)
    expect([first.status, first.headers.get('location')]).toEqual([201, `/api/v1${at(externalId)}`])
    const made = receiverViewSchema.parse(await first.json())
    expect(made).toMatchObject({ externalId, ...ada, lastName: null, locale: 'ru' })
    expect(await jsonOf(await put(externalId, ada))).toEqual([200, made])
    expect(await jsonOf(await put(externalId, { locale: 'en' }))).toEqual([200, { ...made, locale: 'en' }])
    const [status, refused] = await jsonOf(await put(externalId, { firstName: 'Eve', email: null }))
    expect([status, refused['code'], refused['errors']]).toMatchObject([
      409,
      'receiver_mismatch',
      [{ path: 'firstName' }],
    ])
    expect(await jsonOf(await receiver.GET(ask('GET', at(externalId)), here))).toEqual([
      200,
      { ...made, locale: 'en' },
    ])
    const trail = await portal.prisma.auditEvent.findMany({
      where: { subject: made.id },
      orderBy: { id: 'asc' },
    })
    expect(trail.map(({ kind, data }) => [kind, data])).toEqual([
      ['receiver_named', { externalId, fields: ['email', 'firstName', 'locale'] }],
      ['receiver_named', { externalId, fields: ['locale'] }],
    ])
  })

  it('who is known by id alone may be named once, by this call or by a payout', async () => {
    const [one, other] = [randomUUID(), randomUUID()]
    for (const externalId of [one, other]) expect((await put(externalId, {})).status).toBe(201)
    expect((await put(one, { firstName: 'Ada' })).status).toBe(200)
    expect((await put(one, { firstName: 'Eve' })).status).toBe(409)
    const id = await portal.ask({ receiver: { externalId: other, firstName: 'Ada' } })
    expect((await portal.payout(id)).receiver).toMatchObject({ externalId: other, firstName: 'Ada' })
    expect((await put(other, { lastName: 'Nowak' })).status).toBe(409)
  })

  it('is refused with the right code', async () => {
    const cases: [string, unknown, Record<string, string>, number, string][] = [
      [randomUUID(), { more: 1 }, {}, 400, 'invalid_request'],
      [randomUUID(), { email: 'x' }, {}, 400, 'invalid_request'],
      [randomUUID(), [], {}, 400, 'invalid_request'],
      ['x'.repeat(129), {}, {}, 400, 'invalid_request'],
      ['a\u202eb', {}, {}, 400, 'invalid_request'],
      ['\0', {}, {}, 404, 'not_found'],
      [randomUUID(), {}, { 'Content-Type': 'text/plain' }, 415, 'unsupported_media_type'],
      [randomUUID(), {}, by(await makeKey(['receivers:read'])), 403, 'forbidden'],
    ]
    for (const [externalId, content, headers, status, code] of cases)
      expect(await codeOf(await put(externalId, content, headers))).toEqual([status, code])
    expect(await codeOf(await receiver.GET(ask('GET', at(randomUUID())), here))).toEqual([404, 'not_found'])
  })

  it('is out of reach for old keys, keys without the scope, and keys of one person', async () => {
    const user = await portal.approver()
    const ownerId = user.kind === 'user' ? user.id : null
    for (const other of [await makeKey(usualScopes), await makeKey(apiScopes, ownerId)])
      for (const answer of [
        receivers.GET(ask('GET', '/receivers', undefined, by(other)), here),
        receiver.GET(ask('GET', at('x'), undefined, by(other)), here),
        put('x', {}, by(other)),
      ])
        expect(await codeOf(await answer)).toEqual([403, 'forbidden'])
  })
})

describe('a destination', () => {
  it('is saved once by its bank account, shown without its number, and disabled', async () => {
    await portal.deps.settings.change({ coolingOffH: 24 }, operator)
    const externalId = await known({ email: `${randomUUID()}@example.com` })
    const given = { destination: account() }
    const first = await add(externalId, given)
    const made = destinationViewSchema.parse(await first.json())
    expect([first.status, first.headers.get('location')]).toEqual([
      201,
      `/api/v1/receivers/${externalId}/destinations/${made.id}`,
    ])
    expect(made).toMatchObject({
      receiver: { externalId },
      destination: { account_number_last4: given.destination.account_number.slice(-4) },
      isDefault: true,
      disabledAt: null,
    })
    expect(JSON.stringify(made)).not.toContain(given.destination.account_number)
    expect(new Date(made.usableFrom).getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    expect(await jsonOf(await add(externalId, given))).toEqual([200, made])
    const saved = await portal.deps.destinations.find(made.id)
    expect(saved).toMatchObject({ createdById: null, apiKeyId: expect.any(String) as string })
    const mails = await portal.mails({})
    expect(mails.some(({ text }) => text?.includes('/freeze/') === true)).toBe(true)

    const disabled = await disable.POST(
      ask('POST', `${at(externalId)}/destinations/${made.id}/disable`),
      named(made.id),
    )
    expect(await jsonOf(disabled)).toMatchObject([
      200,
      { isDefault: false, disabledAt: expect.any(String) as string },
    ])
    const again = await disable.POST(
      ask('POST', `${at(externalId)}/destinations/${made.id}/disable`),
      named(made.id),
    )
    expect(again.status).toBe(200)
    const list = await destinations.GET(ask('GET', `${at(externalId)}/destinations`), here)
    expect(await jsonOf(list)).toEqual([200, { data: [], nextCursor: null }])
    const one = await destination.GET(ask('GET', `${at(externalId)}/destinations/${made.id}`), named(made.id))
    expect(one.status).toBe(200)
    // The same account again brings it back, and it has waited already.
    expect(await jsonOf(await add(externalId, given))).toMatchObject([200, { id: made.id, disabledAt: null }])
    await portal.deps.settings.change({ coolingOffH: 0 }, operator)
  })

  it('of somebody else looks as if it did not exist', async () => {
    const [one, other] = [await known(), await known()]
    const [, { id }] = await jsonOf(await add(one, { destination: account() }))
    for (const [externalId, which] of [
      [other, String(id)],
      [one, randomUUID()],
      [one, 'x'],
      [randomUUID(), String(id)],
    ] as const) {
      const path = `${at(externalId)}/destinations/${which}`
      expect((await destination.GET(ask('GET', path), named(which))).status).toBe(404)
      expect((await disable.POST(ask('POST', `${path}/disable`), named(which))).status).toBe(404)
    }
    expect((await portal.deps.destinations.find(String(id)))?.removedAt).toBeNull()
  })

  it('is refused with what is wrong with it', async () => {
    const externalId = await known()
    const { account_number } = account()
    const cases: [unknown, string][] = [
      [{}, 'destination'],
      [{ destination: {} }, 'destination.account_number'],
      [{ destination: { account_number: 'DE00370400440532013000' } }, 'destination.account_number'],
      [{ destination: { account_number, iban: 1 } }, 'destination.iban'],
      [{ destination: { account_number, other: 'x' } }, 'destination.other'],
      [{ destination: { account_number }, label: account_number }, 'label'],
      [{ destination: { account_number }, label: 'x'.repeat(81) }, 'label'],
    ]
    for (const [content, path] of cases) {
      const [status, { errors }] = await jsonOf(await add(externalId, content))
      expect([status, errors], JSON.stringify(content)).toMatchObject([400, [{ path }]])
    }
    expect((await add(randomUUID(), { destination: { account_number } })).status).toBe(404)
  })

  it('puts nobody but the maker of its key behind payouts to it', async () => {
    const externalId = await known()
    const [, saved] = await jsonOf(await add(externalId, { destination: account() }))
    const row = await portal.deps.destinations.find(String(saved['id']))
    const user = await portal.deps.people.createUser(
      {
        id: randomUUID(),
        email: `${randomUUID()}@example.com`,
        name: 'Ada',
        role: 'receiver',
        passwordHash: null,
        totpSecret: null,
      },
      operator,
    )
    if (user === 'email_taken' || user.receiverId === null || !row) throw new Error('no receiver')
    const asked = await requestWithdrawal(
      portal.deps,
      { kind: 'user', id: user.id, role: 'receiver', name: 'Ada', receiverId: user.receiverId },
      {
        formId: randomUUID(),
        amount: '1.00',
        currency: 'EUR',
        destination: { account_number: randomUUID(), first_name: 'Ada' },
        ipAddress: null,
      },
    )
    if (!asked.ok) throw new Error(asked.code)
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE payout SET destination_id = ${row.id}::uuid WHERE id = ${asked.payoutId}::uuid`
    })
    const behind = await portal.prisma.$queryRaw<{ node: string }[]>`
      SELECT behind_payout(${asked.payoutId}::uuid) AS node`
    expect(behind.map(({ node }) => node)).toContain(row.apiKeyId)
  })
})

describe('a retry', () => {
  const move = async (id: string, one: PayoutMove) => {
    const was = await portal.payout(id)
    await portal.deps.payouts.advance(was, { move: one }, moverOf(one), { kind: 'status_answered' })
  }
  const body = () => ({
    amount: '5.00',
    currency: 'EUR',
    receiver: { externalId: randomUUID(), firstName: 'Ada' },
    destination: account(),
    metadata: { order: '7' },
  })
  /** Asked for by this key, and ended so. */
  async function ended(how: PayoutMove | null, asker = key): Promise<string> {
    const headers = { 'Idempotency-Key': randomUUID(), ...by(asker) }
    const asked = await payouts.POST(ask('POST', '/payouts', body(), headers), here)
    const { id } = payoutViewSchema.parse(await asked.json())
    if (how) await move(id, how)
    return id
  }
  const again = (id: string, idempotencyKey: string | null = randomUUID(), asker = key) =>
    retry.POST(
      ask('POST', `/payouts/${id}/retry`, undefined, {
        ...by(asker),
        ...(idempotencyKey !== null && { 'Idempotency-Key': idempotencyKey }),
      }),
      named(id),
    )

  it('makes one new payout under a new id, however often and however parallel it is asked for', async () => {
    const id = await ended('decline')
    const idempotencyKey = randomUUID()
    const answers = await Promise.all([again(id, idempotencyKey), again(id, idempotencyKey), again(id)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    const views = await Promise.all(answers.map(async (one) => payoutViewSchema.parse(await one.json())))
    const made = new Set(views.map((view) => view.id))
    expect([made.size, made.has(id)]).toEqual([1, false])
    expect(views[0]).toMatchObject({
      status: 'requested',
      amount: '5.00',
      retryOf: id,
      metadata: { order: '7' },
    })
    for (const one of answers)
      expect(one.headers.get('idempotent-replayed')).toBe(one.status === 200 ? 'true' : null)
    // The key names that retry for good.
    expect(await codeOf(await again(await ended('decline'), idempotencyKey))).toEqual([
      422,
      'idempotency_key_reused',
    ])
    // A refusal uses no key up.
    const fresh = randomUUID()
    const open = await ended(null)
    expect(await codeOf(await again(open, fresh))).toEqual([409, 'wrong_status'])
    await move(open, 'expire')
    expect((await again(open, fresh)).status).toBe(201)
  })

  it('is refused before a proven end, for other reasons than the desk’s, and without a key', async () => {
    for (const how of ['filter', 'confirm'] as const)
      expect(await codeOf(await again(await ended(how)))).toEqual([409, 'wrong_status'])
    const id = await ended('decline')
    for (const wrong of [null, '', 'x'.repeat(256)])
      expect(await codeOf(await again(id, wrong))).toEqual([400, 'idempotency_key_required'])
    await portal.deps.items.open(
      { kind: 'paid_after_end', severity: 'critical', what: 'w', why: 'y', subject: id },
      id,
    )
    expect(await codeOf(await again(id))).toEqual([409, 'cardzo_contradicts'])
    expect(await codeOf(await again(randomUUID()))).toEqual([404, 'not_found'])
    expect(await codeOf(await again('x'))).toEqual([404, 'not_found'])
  })

  it('takes its own scope, and reaches what came through keys of the same owner', async () => {
    const user = await portal.approver()
    const ownerId = user.kind === 'user' ? user.id : null
    const [owned, sibling] = [await makeKey(apiScopes, ownerId), await makeKey(apiScopes, ownerId)]
    const without = await makeKey(apiScopes.filter((scope) => scope !== 'payouts:retry'))
    const [ours, theirs] = [await ended('decline'), await ended('decline', owned)]
    expect(await codeOf(await again(ours, randomUUID(), without))).toEqual([403, 'forbidden'])
    expect(await codeOf(await again(ours, randomUUID(), owned))).toEqual([404, 'not_found'])
    expect(await codeOf(await again(theirs))).toEqual([404, 'not_found'])
    expect((await again(theirs, randomUUID(), sibling)).status).toBe(201)
  })
})

describe('the pages of a list', () => {
  type Get = (request: Request, context: { params: Promise<object> }) => Promise<Response>
  async function walk(get: Get, path: string, query: string, limit: number): Promise<string[]> {
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const [status, page] = await jsonOf(
        await get(ask('GET', `${path}?limit=${limit}${query}${more}`), here),
      )
      expect(status).toBe(200)
      expect(page.data.length).toBeLessThanOrEqual(limit)
      ids.push(...page.data.map(({ id }) => String(id)))
      cursor = page.nextCursor
    } while (cursor !== null)
    return ids
  }
  const lists: Record<string, { get: Get; path: () => string; filters: readonly string[] }> = {}
  let externalId: string
  beforeAll(async () => {
    externalId = await known()
    for (let n = 0; n < 7; n++) {
      await add(externalId, { destination: account() })
      await grants.POST(
        ask(
          'POST',
          '/grants',
          { receiver: { externalId }, amount: '1', currency: 'EUR', reference: randomUUID() },
          { 'Idempotency-Key': randomUUID() },
        ),
        here,
      )
      await portal.ask({ receiver: { externalId, firstName: 'Ada' }, currency: n % 2 ? 'EUR' : 'USD' })
      await known()
    }
    lists['payouts'] = {
      get: payouts.GET,
      path: () => '/payouts',
      filters: [
        '',
        `&receiver=${externalId}`,
        '&currency=EUR',
        '&status=requested&status=paid',
        '&from=2020-01-01T00:00:00Z&to=9000-01-01T00:00:00%2B01:00',
      ],
    }
    lists['grants'] = { get: grants.GET, path: () => '/grants', filters: ['', `&receiver=${externalId}`] }
    lists['receivers'] = { get: receivers.GET, path: () => '/receivers', filters: [''] }
    lists['destinations'] = {
      get: destinations.GET,
      path: () => `${at(externalId)}/destinations`,
      filters: [''],
    }
  })

  it.each(['payouts', 'grants', 'receivers', 'destinations'])('of %s hold everything once', async (name) => {
    const { get, path, filters } = lists[name] ?? { get: payouts.GET, path: () => '', filters: [] }
    for (const filter of filters) {
      const whole = await walk(get, path(), filter, 100)
      expect(whole.length, filter).toBeGreaterThan(2)
      const paged = await walk(get, path(), filter, 2)
      expect(paged, filter).toEqual(whole)
      expect(new Set(paged).size).toBe(paged.length)
    }
  })

  it('take no cursor of another list, of another filter, or made up', async () => {
    const cursors: Record<string, string> = {}
    for (const [name, { get, path, filters }] of Object.entries(lists))
      for (const filter of filters) {
        const [, { nextCursor }] = await jsonOf(await get(ask('GET', `${path()}?limit=1${filter}`), here))
        if (nextCursor !== null) cursors[`${name} ${filter}`] = nextCursor
      }
    expect(Object.keys(cursors).length).toBeGreaterThan(7)
    const real = Object.values(cursors)
    const [some = ''] = real
    const offered = [...real, '7', '', '.', some.slice(0, -1), `${some}A`, `${some}.`, ` ${some}`, 'MQ.AAAA']
    for (const [name, { get, path, filters }] of Object.entries(lists))
      for (const filter of filters)
        for (const cursor of offered) {
          const asked = ask('GET', `${path()}?limit=3${filter}&cursor=${encodeURIComponent(cursor)}`)
          const isOwn = cursors[`${name} ${filter}`] === cursor
          const answer = await get(asked, here)
          expect(answer.status, `${name} ${filter} ${cursor}`).toBe(isOwn ? 200 : 400)
          if (!isOwn) expect(await answer.json()).toMatchObject({ errors: [{ path: 'cursor' }] })
        }
  })

  it('of one receiver’s destinations take no cursor of another’s', async () => {
    const other = await known()
    for (let n = 0; n < 3; n++) await add(other, { destination: account() })
    const get = (whose: string, query: string) =>
      destinations.GET(ask('GET', `${at(whose)}/destinations?limit=1${query}`), here)
    const [, { nextCursor }] = await jsonOf(await get(other, ''))
    expect((await get(other, `&cursor=${nextCursor}`)).status).toBe(200)
    expect((await get(externalId, `&cursor=${nextCursor}`)).status).toBe(400)
  })

  it('show one grant by its id', async () => {
    const [, { data }] = await jsonOf(
      await grants.GET(ask('GET', `/grants?receiver=${externalId}&limit=1`), here),
    )
    const id = String(data[0]?.['id'])
    expect(await jsonOf(await grant.GET(ask('GET', `/grants/${id}`), named(id)))).toEqual([200, data[0]])
    for (const other of [randomUUID(), 'x'])
      expect((await grant.GET(ask('GET', `/grants/${other}`), named(other))).status).toBe(404)
  })
})
