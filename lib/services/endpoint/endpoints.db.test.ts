/** Endpoints as people change them: an admin proposes, another one confirms. No secret is on a page, in a proposal or in the audit trail. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEndpointStore } from '#lib/db/endpoint/endpoint-store.ts'
import { createSealStore } from '#lib/db/seal/reseal.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { decideSettings } from '#lib/services/policy/decide-settings.ts'
import { proposeSettings } from '#lib/services/policy/propose-settings.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { endpointBook, fieldWords } from './endpoint-book.ts'
import { writeFields } from './read-endpoint.ts'
import type { EndpointInput } from './read-endpoint.ts'
import { showEndpoints } from './show-endpoints.ts'

type User = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }
const code = '123456'
const dataKey = { id: 'test', key: Buffer.alloc(32, 7) }
const vault = createVault([dataKey])
const keyOf = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
const [key, otherKey] = [keyOf().trim(), keyOf().trim()]
const control = 'a control that nobody must see'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ana: User
let ben: User
beforeAll(async () => {
  portal = await createTestPortal({ currencies: ['EUR'] })
  portal.deps.endpoints = createEndpointStore(portal.prisma, vault)
  const own = { name: '39915', kind: 'endpoint', cardzoId: '39915', login: 'shop' } as const
  const more = {
    currencies: ['EUR'],
    fields: [],
    redirectHosts: [],
    maxRequestsPerS: 100,
    balance: null,
    lowMarks: {},
  }
  await portal.deps.endpoints.adopt({ ...own, ...more, baseUrl: 'https://gate.example/paynet' })
  ana = await person('admin', 'Ana')
  ben = await person('admin', 'Ben')
})
afterAll(() => portal.close())
beforeEach(async () => {
  const waiting = await portal.deps.settingsChanges.proposal()
  if (waiting) await portal.deps.settingsChanges.decide(waiting.version, 'rejected', ben)
})

async function person(role: Role, name: string): Promise<User> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name, role, passwordHash: null, totpSecret: null }
  const made = await portal.deps.people.createUser(draft, operator)
  if (made === 'email_taken') throw new Error(made)
  return { kind: 'user', id, role, name, receiverId: made.receiverId }
}

const typed: EndpointInput = {
  id: null,
  name: 'Dollars',
  kind: 'endpoint',
  cardzoId: '500',
  baseUrl: 'https://other.example/paynet/',
  login: 'shop-usd',
  currencies: 'USD, JPY',
  fields: 'account_number | IBAN | As on your statement | [A-Z0-9]{8,34}\nfirst_name',
  redirectHosts: 'bank.example',
  maxRequestsPerS: '20',
  balance: '*',
  lowMarks: 'USD:500',
  active: true,
  key,
  control,
  rotation: '',
}
const propose = (endpoint: EndpointInput, by: Actor = ana) =>
  proposeSettings(portal.deps, by, { endpoint, reason: 'why', code })

async function confirmed(made: ReturnType<typeof proposeSettings>): Promise<void> {
  const answer = await made
  if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.errors)}`)
  const { version } = answer.proposal
  const decided = await decideSettings(portal.deps, ben, { version, decision: 'confirmed', code })
  expect(decided).toMatchObject({ ok: true })
}

/** A new endpoint in force, as it would be typed again. */
async function added(more: Partial<EndpointInput> = {}): Promise<EndpointInput & { id: number }> {
  await confirmed(propose({ ...typed, ...more }))
  const { endpoints } = await endpointBook(portal.deps)
  return { ...typed, ...more, key: '', control: '', id: endpoints.at(-1)?.id ?? 0 }
}

const secretsOf = async (id: number) =>
  (await portal.deps.endpoints.connections()).find(({ endpoint }) => endpoint.id === id)?.secrets
const problemsOf = async (more: Partial<EndpointInput>) => {
  const answer = await propose({ ...typed, ...more })
  return answer.ok ? [] : (answer.errors ?? []).map(({ path }) => path)
}

describe('a new endpoint', () => {
  it('is in force once another admin confirms it, with a gate of its own', async () => {
    const answer = await propose(typed)
    expect((await endpointBook(portal.deps)).endpoints).toHaveLength(1)
    const version = answer.ok ? answer.proposal.version : 0
    expect(await decideSettings(portal.deps, ana, { version, decision: 'confirmed', code })).toMatchObject({
      code: 'same_person',
    })
    await decideSettings(portal.deps, ben, { version, decision: 'confirmed', code })
    const made = (await endpointBook(portal.deps)).endpoints.at(-1)
    expect(made).toMatchObject({ balance: '*', lowMarks: { USD: '50000' } })
    expect(made).toMatchObject({ name: 'Dollars', baseUrl: 'https://other.example/paynet', active: true })
    expect(made?.fields[0]).toMatchObject({
      name: 'account_number',
      label: 'IBAN',
      pattern: '[A-Z0-9]{8,34}',
    })
    expect(await secretsOf(made?.id ?? 0)).toEqual({ key, control: { current: control, next: null } })
    const conditions = await portal.deps.gatewayCondition.readEach()
    expect(conditions.map(({ endpointId }) => endpointId)).toContain(made?.id)
  })

  it('calls its fields as the merchant does, in the language of who reads', async () => {
    const fields =
      'account_number | IBAN | As on your statement | [A-Z0-9]{8,34} | Номер счёта | Как в выписке\nfirst_name'
    const { id } = await added({ fields })
    const { endpoints } = await endpointBook(portal.deps)
    // Others are out of use, so that only this one is asked for its words.
    await portal.prisma.endpoint.updateMany({ where: { id: { notIn: [1, id] } }, data: { active: false } })
    expect(await fieldWords(portal.deps, 'en')).toEqual({
      account_number: { label: 'IBAN', hint: 'As on your statement' },
    })
    expect(await fieldWords(portal.deps, 'ru')).toEqual({
      account_number: { label: 'Номер счёта', hint: 'Как в выписке' },
    })
    const own = endpoints.find((one) => one.id === id)
    expect(writeFields(own?.fields ?? [])).toBe(fields)
  })

  it('says what is wrong with it', async () => {
    expect(await problemsOf({ baseUrl: 'http://other.example' })).toEqual(['baseUrl'])
    expect(await problemsOf({ baseUrl: 'http://127.0.0.1:4000/paynet' })).toEqual(['baseUrl'])
    expect(await problemsOf({ baseUrl: 'https://a:b@other.example' })).toEqual(['baseUrl'])
    expect(await problemsOf({ cardzoId: 'x', currencies: 'euro', maxRequestsPerS: '0' })).toEqual([
      'cardzoId',
      'currencies',
      'maxRequestsPerS',
    ])
    expect(await problemsOf({ balance: 'x'.repeat(129), lowMarks: 'USD' })).toEqual(['balance', 'lowMarks'])
    expect(await problemsOf({ fields: 'cvv2' })).toEqual(['fields'])
    expect(await problemsOf({ fields: 'account_number||| (a+)+' })).toEqual(['fields'])
    expect(await problemsOf({ key: 'no key', control: ' ' })).toEqual(['key', 'control'])
  })

  it('leaves no secret in proposals, in the audit trail or on the page', async () => {
    await added()
    const rows = await Promise.all([
      portal.prisma.settingsChange.findMany(),
      portal.prisma.auditEvent.findMany(),
      portal.prisma.openItem.findMany(),
      showEndpoints(portal.deps, ana),
    ])
    const text = JSON.stringify(rows, (_name, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    for (const secret of [control, key.slice(40, 100), 'v1.test.']) expect(text).not.toContain(secret)
    expect(await portal.prisma.endpointSecret.count()).toBe(0)
  })
})

describe('a change of an endpoint', () => {
  it('changes what is named, and never where orders were sent', async () => {
    const one = await added()
    await confirmed(
      propose({ ...one, name: 'Dollars and yen', baseUrl: 'https://third.example', cardzoId: '7' }),
    )
    const now = (await endpointBook(portal.deps)).endpoints.find(({ id }) => id === one.id)
    expect(now).toMatchObject({
      name: 'Dollars and yen',
      baseUrl: 'https://other.example/paynet',
      cardzoId: '500',
    })
  })

  it('is refused if somebody has changed the endpoint since', async () => {
    const one = await added()
    const answer = await propose({ ...one, name: 'Other' })
    await portal.prisma.endpoint.update({ where: { id: one.id }, data: { login: 'new', version: 9 } })
    const version = answer.ok ? answer.proposal.version : 0
    expect(await decideSettings(portal.deps, ben, { version, decision: 'confirmed', code })).toMatchObject({
      code: 'settings_overtaken',
    })
  })

  it('of the one of the environment decides only whether it takes new payouts', async () => {
    const own = { ...typed, id: 1, key: '', control: '' }
    await confirmed(propose({ ...own, active: false }))
    const [environment] = (await endpointBook(portal.deps)).endpoints
    expect(environment).toMatchObject({ active: false, name: '39915', login: 'shop' })
    await confirmed(propose({ ...own, active: true }))
  })
})

describe('rotation', () => {
  it('keeps both secrets, changes their places, and ends', async () => {
    const one = await added()
    await confirmed(propose({ ...one, key: otherKey, control: 'the next' }))
    expect(await secretsOf(one.id)).toEqual({ key, control: { current: control, next: 'the next' } })
    await confirmed(propose({ ...one, rotation: 'promote' }))
    expect(await secretsOf(one.id)).toEqual({
      key: otherKey,
      control: { current: 'the next', next: control },
    })
    await confirmed(propose({ ...one, rotation: 'end' }))
    expect(await secretsOf(one.id)).toEqual({ key: otherKey, control: { current: 'the next', next: null } })
  })

  it('of data keys seals them again', async () => {
    const one = await added()
    const fresh = createVault([{ id: 'fresh', key: Buffer.alloc(32, 9) }, dataKey])
    const { endpoints } = await createSealStore(portal.prisma, fresh).reseal(100)
    expect(endpoints).toBeGreaterThan(0)
    const store = createEndpointStore(portal.prisma, fresh)
    const found = (await store.connections()).find(({ endpoint }) => endpoint.id === one.id)
    expect(found?.secrets?.key).toBe(key)
    await createSealStore(
      portal.prisma,
      createVault([dataKey, { id: 'fresh', key: Buffer.alloc(32, 9) }]),
    ).reseal(100)
  })
})

describe('routes', () => {
  const routes = (text: string) => proposeSettings(portal.deps, ana, { routes: text, reason: 'why', code })

  it('say where new payouts go, and are refused where they name nothing', async () => {
    const one = await added({ currencies: 'EUR' })
    expect(await routes('EUR desk 999')).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'routes' }],
    })
    const fields = { account_number: 'DE89370400440532013000', first_name: 'Ada' }
    const endpointOf = async () => (await portal.payout(await portal.ask({ destination: fields }))).endpointId
    expect(await endpointOf()).toBe(1)
    await confirmed(routes(`EUR api ${one.id}\n* * 1`))
    expect(await endpointOf()).toBe(one.id)
    expect(await routes(`EUR api ${one.id}\n* * 1`)).toMatchObject({ code: 'settings_same' })
    await confirmed(routes(''))
    expect(await endpointOf()).toBe(1)
  })
})
