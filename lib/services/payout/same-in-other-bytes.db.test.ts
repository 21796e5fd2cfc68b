/** The same person, account or reference in other bytes: nothing is made twice, and nothing hidden gets in. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import { normalEmail } from '#lib/services/sign-in/sessions.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { createPayout } from './create-payout.ts'
import { listDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'

const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const fresh = () => `cust-${randomUUID()}`

const ask = (over: Record<string, unknown>, key: string = randomUUID()) =>
  createPayout(portal.deps, system, { idempotencyKey: key, body: { ...sampleRequest, ...over } })

const askAs = (receiver: Record<string, string>, key?: string) => ask({ receiver }, key)

const grant = (externalId: string, reference: string) =>
  createGrant(portal.deps, system, {
    idempotencyKey: randomUUID(),
    body: { receiver: { externalId }, amount: '10.00', currency: 'EUR', reference },
  })

describe('the same receiver', () => {
  it('is recognised in composed and decomposed letters, and with capitals in the e-mail', async () => {
    const externalId = fresh()
    const first = { externalId, email: 'Jose@Bücher.example', firstName: 'José', lastName: 'Nowak' }
    const again = {
      externalId,
      email: 'jose@xn--bcher-kva.example',
      firstName: 'Jose\u0301',
      lastName: 'No\u200bwak',
    }
    const [one, two] = [await askAs(first), await askAs(again)]
    if (!one.ok || !two.ok) throw new Error(JSON.stringify([one, two]))
    expect(two.payout.receiver.id).toBe(one.payout.receiver.id)
    expect(two.payout.receiver.firstName).toBe('José')
  })

  it('is another one with another name', async () => {
    const externalId = fresh()
    expect((await askAs({ externalId, firstName: 'José' })).ok).toBe(true)
    expect(await askAs({ externalId, firstName: 'Josef' })).toMatchObject({ code: 'receiver_mismatch' })
  })

  it('with the same request in other bytes is the same payout', async () => {
    const key = randomUUID()
    const externalId = fresh()
    const destination = { ...sampleRequest.destination, account_number: 'DE89 3704 0044 0532 0130 00' }
    const one = await ask({ receiver: { externalId, firstName: 'José' }, destination }, key)
    const two = await ask(
      {
        receiver: { externalId, firstName: 'Jose\u0301' },
        destination: { ...destination, account_number: 'de89370400440532013000' },
      },
      key,
    )
    expect(one).toMatchObject({ ok: true, replayed: false })
    expect(two).toMatchObject({ ok: true, replayed: true })
  })

  it('is found by either spelling', async () => {
    const lastName = `Žižková${randomUUID().slice(0, 8)}`
    const asked = await askAs({ externalId: fresh(), firstName: 'Eva', lastName })
    if (!asked.ok) throw new Error(asked.code)
    const clerk = { kind: 'user', id: randomUUID(), role: 'clerk', name: 'C', receiverId: null } as const
    for (const search of [lastName.normalize('NFD'), ` ${lastName.normalize('NFC')} `]) {
      const found = await listDeskPayouts(portal.deps, clerk, { search })
      expect(found.ok && found.rows.map(({ id }) => id)).toEqual([asked.payout.id])
    }
  })
})

describe('an invisible character', () => {
  it('makes no second receiver and no second grant', async () => {
    const [externalId, reference] = [fresh(), `ref-${randomUUID()}`]
    expect((await grant(externalId, reference)).ok).toBe(true)
    for (const hidden of ['\u200b', '\u00ad', '\u2060', '\u202e', '\u3164', '\u200d'])
      for (const [id, ref] of [
        [externalId, `${reference}${hidden}`],
        [`${hidden}${externalId}`, fresh()],
      ] as const)
        expect(await grant(id, ref), JSON.stringify(hidden)).toMatchObject({ code: 'invalid_request' })
    expect(await portal.prisma.receiver.count({ where: { externalId: { contains: externalId } } })).toBe(1)
  })

  it.each(['\u202e', '\u2067', '\u200f'])('%j does not turn the writing on a page', async (turning) => {
    const receiver = { externalId: fresh(), firstName: `Ada${turning}`, lastName: 'Nowak' }
    expect(await askAs(receiver)).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'receiver.firstName' }],
    })
    expect(await ask({ description: `Order ${turning}1` })).toMatchObject({ code: 'invalid_request' })
  })

  it('is not a name by itself', async () => {
    const receiver = { externalId: fresh(), firstName: '\u200b\u2060' }
    expect(await askAs(receiver)).toMatchObject({ code: 'invalid_request' })
  })
})

describe('an account', () => {
  it('is sent without what was pasted along with it', async () => {
    const destination = {
      ...sampleRequest.destination,
      account_number: '\u202ade89\u00a03704 0044\u20090532 0130 00\u200b',
    }
    const asked = await ask({ receiver: { externalId: fresh(), firstName: 'Ada' }, destination })
    if (!asked.ok) throw new Error(JSON.stringify(asked))
    const stored = await portal.deps.payouts.find(asked.payout.id)
    expect(stored?.destination['account_number']).toBe('DE89370400440532013000')
    expect(stored?.accountLast4).toBe('3000')
  })

  it.each(['!!', 'DE88370400440532013000'])('%s is refused', async (account_number) => {
    const destination = { ...sampleRequest.destination, account_number }
    expect(await ask({ receiver: { externalId: fresh(), firstName: 'Ada' }, destination })).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'destination.account_number' }],
    })
  })
})

it('an e-mail with blanks around it and letters in its domain is an e-mail', async () => {
  const name = randomUUID()
  const user = { email: ` ${name}@Bücher.example\u200b `, role: 'receiver', password: null } as const
  expect((await createUser(portal.deps, operator, user)).ok).toBe(true)
  expect(
    await portal.deps.people.findUserByEmail(normalEmail(`${name}@xn--BCHER-kva.example`)),
  ).not.toBeNull()
  const again = { ...user, email: `${name}@bu\u0308cher.example` }
  expect(await createUser(portal.deps, operator, again)).toMatchObject({ code: 'email_taken' })
})
