/** The most that one key can do: caps on automatic approval, expiry, and owners who have left. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatAmount } from '#lib/payouts/money.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { createTestPortal, eventually, sampleRequest } from '#lib/services/testing/portal.ts'
import { authenticateApiKey } from './authenticate-api-key.ts'
import { createApiKey } from './create-api-key.ts'
import { remindOfKeys } from './remind-of-keys.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { showKeys } from './show-keys.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
let portal: Awaited<ReturnType<typeof createTestPortal>>
const deps = () => portal.deps
beforeAll(async () => {
  portal = await createTestPortal()
  for (let n = 0; n < 3; n++) portal.startWorker()
})
afterAll(() => portal.close())

const judged = (id: string) =>
  eventually(async () => {
    const payout = await portal.payout(id)
    return payout.approvalsRequired === null ? `is ${payout.status}` : payout
  })

async function keyOf(name: string): Promise<Actor> {
  const made = await createApiKey(deps(), operator, { name })
  if (!made.ok) throw new Error(made.code)
  return { kind: 'api_key', id: made.id, name, ownerId: null, scopes: apiScopes }
}
async function askBy(key: Actor, amount: string, currency = 'EUR'): Promise<string> {
  const body = { ...sampleRequest, amount, currency, receiver: { externalId: randomUUID(), firstName: 'A' } }
  const made = await createPayout(deps(), key, { idempotencyKey: randomUUID(), body })
  if (!made.ok) throw new Error(made.code)
  return made.payout.id
}

/** In force at once: there is no admin yet. */
async function putInForce(
  currency: string,
  autoApprove: { below: string; dayCap?: string; keyDayCap?: string },
) {
  const { body } = await deps().policy.active()
  const own = {
    rules: [],
    limits: { payout: null, receiverDay: null, receiverMonth: null, approverDay: null },
  }
  const sources: 'api'[] = ['api']
  const currencies = { ...body.currencies, [currency]: { ...own, autoApprove: { ...autoApprove, sources } } }
  await deps().policy.set({ ...body, currencies }, 'test', operator)
}

describe('the daily cap', () => {
  it('is never exceeded by simultaneous judgements; what is above it waits for people', async () => {
    await putInForce('EUR', { below: '500.00', dayCap: '1000.00' })
    const key = await keyOf('shop')
    const ids = await Promise.all(Array.from({ length: 24 }, () => askBy(key, '99.00')))
    const payouts = await Promise.all(ids.map(judged))
    const auto = payouts.filter(({ approvalsRequired }) => approvalsRequired === 0)
    expect(auto).toHaveLength(10)
    for (const { policyNote, approvalsRequired } of payouts)
      if (approvalsRequired !== 0) expect(policyNote?.why).toContain('more would be approved automatically')
    const counted = await portal.prisma.autoApproval.aggregate({ _sum: { amountMinor: true } })
    expect(formatAmount(counted._sum.amountMinor ?? 0n, 'EUR')).toBe('990.00')
    // A smaller one still fits.
    expect((await judged(await askBy(key, '10.00'))).approvalsRequired).toBe(0)
    expect((await judged(await askBy(key, '0.01'))).approvalsRequired).toBe(1)
    expect(portal.errors).toEqual([])
  })

  it('is counted for each key as well as in total, and starts again each day', async () => {
    await putInForce('USD', { below: '500.00', dayCap: '1000.00', keyDayCap: '300.00' })
    const [one, two] = [await keyOf('one'), await keyOf('two')]
    const ask = async (key: Actor) => (await judged(await askBy(key, '200.00', 'USD'))).approvalsRequired
    expect([await ask(one), await ask(one), await ask(two), await ask(two)]).toEqual([0, 1, 0, 1])
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE auto_approval SET at = at - interval '1 day' WHERE currency = 'USD'`
    })
    expect(await ask(one)).toBe(0)
  })

  it('is set on the command line, kept by later commands, and taken away by zero', async () => {
    const set = (autoApproveBelow: string, autoApproveDayCap?: string) =>
      setPolicy(deps(), operator, {
        currency: 'JPY',
        autoApproveBelow,
        ...(autoApproveDayCap !== undefined && { autoApproveDayCap }),
      })
    expect(await set('500', '7000')).toMatchObject({ policy: { autoApproveDayCap: '7000', state: 'active' } })
    expect(await set('600')).toMatchObject({ policy: { autoApproveBelow: '600', autoApproveDayCap: '7000' } })
    expect(await set('600', '-1')).toMatchObject({ errors: [{ path: 'autoApproveDayCap' }] })
    const none = await set('600', '0')
    expect(none.ok && none.policy.autoApproveDayCap).toBeUndefined()
  })

  it('is asked for at the desk of an admin, and nobody else’s, where the policy approves without one', async () => {
    const person = async (role: 'admin' | 'clerk') => {
      const id = randomUUID()
      const made = await deps().people.createUser(
        { id, email: `${id}@example.com`, name: role, role, passwordHash: 'x', totpSecret: null },
        operator,
      )
      if (made === 'email_taken') throw new Error('taken')
      return actorOf(made)
    }
    expect(await showDesk(deps(), await person('admin'))).toMatchObject({ uncapped: ['JPY'] })
    expect(await showDesk(deps(), await person('clerk'))).toMatchObject({ uncapped: [] })
  })
})

describe('a key', () => {
  async function owned() {
    const id = randomUUID()
    const email = `${id}@example.com`
    await deps().people.createUser(
      { id, email, name: 'Olga', role: 'clerk', passwordHash: 'x', totpSecret: null },
      operator,
    )
    const made = await createApiKey(deps(), operator, { name: 'Olga’s', ownerEmail: email })
    if (!made.ok) throw new Error(made.code)
    return { ...made, email }
  }

  it('of somebody who has left is refused, and that is audited once a minute', async () => {
    const { id, key, email } = await owned()
    expect(await authenticateApiKey(deps(), key)).toMatchObject({ ok: true })
    await disableUser(deps(), operator, { email })
    for (let n = 0; n < 3; n++)
      expect(await authenticateApiKey(deps(), key)).toEqual({ ok: false, code: 'unauthorized' })
    const rows = await portal.prisma.auditEvent.findMany({ where: { subject: id, kind: 'api_key_refused' } })
    expect(rows.map(({ data }) => data)).toEqual([{ why: 'Its owner is disabled.' }])
    const keys = await showKeys(deps(), operator)
    expect(keys.ok && keys.keys.find((one) => one.id === id)?.state).toBe('owner_left')
  })

  it('expires in a year unless somebody says otherwise; admins and owner are told once, a month before', async () => {
    const { id, email } = await owned()
    const expires = async () => (await deps().keys.list()).find((one) => one.id === id)?.expiresAt
    const days = ((await expires())?.getTime() ?? 0) - Date.now()
    expect(Math.round(days / 86_400_000)).toBe(365)
    expect(await remindOfKeys(deps())).toBe(0)
    await portal.prisma.apiKey.update({
      where: { id },
      data: { expiresAt: new Date(Date.now() + 29 * 86_400_000) },
    })
    expect(await remindOfKeys(deps())).toBe(1)
    expect(await remindOfKeys(deps())).toBe(0)
    const mails = (await deps().mails.latest(100)).filter(({ subject }) => subject.includes('expires soon'))
    expect(mails.map(({ recipient }) => recipient)).toContain(email)
    const items = async () => (await deps().items.list()).filter(({ kind }) => kind === 'key_expires')
    expect(await items()).toHaveLength(1)
    await revokeApiKey(deps(), operator, { id })
    await remindOfKeys(deps())
    expect(await items()).toEqual([])
  })
})
