/**
 * What a retry inherits, through chains of any length: the balance, the policy, and who may not approve it. Whole, because its helpers
 * build such chains for every part.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import type { Payout, PayoutSource } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { retryPayout } from './retry-payout.ts'
import { createPayout } from './create-payout.ts'
import { enterPayout } from './enter-payout.ts'
import { requestWithdrawal } from './request-withdrawal.ts'

type User = Actor & { kind: 'user' }
const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
let clerk: User
beforeAll(async () => {
  portal = await createTestPortal()
  clerk = await person('clerk')
})
afterAll(() => portal.close())

async function person(role: 'approver' | 'clerk', personOf?: User): Promise<User> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name: role, role, passwordHash: null, totpSecret: null }
  await portal.deps.people.createUser(draft, operator)
  if (personOf)
    await portal.prisma.$executeRaw`
      UPDATE app_user SET person_id = (SELECT person_id FROM app_user WHERE id = ${personOf.id}::uuid) WHERE id = ${id}::uuid`
  return { kind: 'user', id, role, name: role, receiverId: null }
}

type Person = User & { receiverId: string; externalId: string }

/** A receiver with an account and 100.00 EUR. */
async function receiver(): Promise<Person> {
  const id = randomUUID()
  const externalId = `${id}@example.com`
  const draft = { id, email: externalId, name: 'Ada', role: 'receiver' as const }
  const made = await portal.deps.people.createUser(
    { ...draft, passwordHash: null, totpSecret: null },
    operator,
  )
  if (made === 'email_taken' || made.receiverId === null) throw new Error('no receiver')
  const grant = { id: randomUUID(), receiver: { externalId }, currency: 'EUR', amountMinor: 10_000n }
  await portal.deps.ledger.grant(
    { ...grant, reference: randomUUID(), idempotencyKey: null, source: 'operator' },
    operator,
  )
  return { kind: 'user', id, role: 'receiver', name: 'Ada', receiverId: made.receiverId, externalId }
}

const destination = { account_number: 'DE89370400440532013000', first_name: 'Ada' }

/** A payout of the whole balance, asked for in one of the three ways. */
async function ask(ada: Person, source: PayoutSource): Promise<string> {
  const amount = '100.00'
  if (source === 'browser') {
    const how = { formId: randomUUID(), amount, currency: 'EUR', destination, ipAddress: null }
    const made = await requestWithdrawal(portal.deps, ada, how)
    if (!made.ok) throw new Error(made.code)
    return made.payoutId
  }
  const body = { amount, currency: 'EUR', receiver: { externalId: ada.externalId }, destination }
  if (source === 'desk') {
    const made = await enterPayout(portal.deps, clerk, { ...body, formId: randomUUID() })
    if (!made.ok) throw new Error(made.code)
    return made.payoutId
  }
  const made = await createPayout(portal.deps, system, { idempotencyKey: randomUUID(), body })
  if (!made.ok) throw new Error(made.code)
  return made.payout.id
}

async function move(id: string, one: PayoutMove): Promise<Payout> {
  const was = await portal.payout(id)
  const now = await portal.deps.payouts.advance(was, { move: one }, moverOf(one), { kind: 'status_answered' })
  if (now === 'stale') throw new Error(`${one} was stale`)
  return now
}

/** The bank confirms it, and the policy judges it. */
async function validated(id: string): Promise<Payout> {
  const working = portal.startWorker()
  try {
    return await portal.until(id, 'awaiting_approval')
  } finally {
    await working.stop()
  }
}

async function again(id: string): Promise<string> {
  const made = await retryPayout(portal.deps, clerk, { id })
  if (!made.ok) throw new Error(`${made.code} ${JSON.stringify(made.detail)}`)
  return made.payoutId
}

/** [available, reserved, paid] in EUR, minor units. */
async function standing({ receiverId }: Person) {
  const [one] = await portal.deps.ledger.balances(receiverId)
  return [one?.availableMinor, one?.reservedMinor, one?.paidMinor]
}

const wrong = async () => (await portal.deps.ledger.check()).wrong

/** With the guards out of the way, as an earlier version wrote it. */
async function tamper(...statements: string[]): Promise<void> {
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    for (const statement of statements) await tx.$executeRawUnsafe(statement)
  })
}

describe('a failed withdrawal that is retried', () => {
  it('takes from the balance like the first one, so that nothing can be withdrawn twice', async () => {
    await portal.deps.settings.change({ requireBalance: true }, operator)
    const ada = await receiver()
    const first = await ask(ada, 'browser')
    await move(first, 'decline')
    const second = await again(first)
    expect(await portal.payout(second)).toMatchObject({
      source: 'desk',
      judgedSource: 'browser',
      reserves: true,
    })
    expect(await standing(ada)).toEqual([0n, 10_000n, 0n])
    const more = { formId: randomUUID(), amount: '0.01', currency: 'EUR', destination, ipAddress: null }
    expect(await requestWithdrawal(portal.deps, ada, more)).toMatchObject({ code: 'insufficient_balance' })
    await move(second, 'confirm')
    expect(await standing(ada)).toEqual([0n, 0n, 10_000n])
    expect(await wrong()).toEqual([])
  })

  it('is refused once the balance is spent elsewhere', async () => {
    await portal.deps.settings.change({ requireBalance: true }, operator)
    const ada = await receiver()
    const first = await ask(ada, 'browser')
    await move(first, 'decline')
    await ask(ada, 'browser')
    expect(await retryPayout(portal.deps, clerk, { id: first })).toMatchObject({
      code: 'insufficient_balance',
    })
  })
})

type Link = {
  end: 'decline' | 'fail' | 'reject' | 'cancel' | 'expire'
  browser: boolean
  merchant: boolean
}
const link: fc.Arbitrary<Link> = fc.record({
  end: fc.constantFrom('decline', 'fail', 'reject', 'cancel', 'expire'),
  browser: fc.boolean(),
  merchant: fc.boolean(),
})

describe('a chain of any length', () => {
  it('keeps the source it is judged by and its reserve, and its books hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<PayoutSource>('browser', 'desk', 'api'),
        fc.array(link, { minLength: 1, maxLength: 6 }),
        fc.constantFrom<PayoutMove>('confirm', 'reject'),
        async (source, links, last) => {
          const ada = await receiver()
          let id: string | null = null
          let reserved = false
          for (const { end, browser, merchant } of links) {
            await portal.deps.settings.change(
              { requireBalance: browser, requireBalanceMerchant: merchant },
              operator,
            )
            id = id === null ? await ask(ada, source) : await again(id)
            reserved ||= source === 'browser' ? browser : merchant
            const payout = await portal.payout(id)
            expect(payout).toMatchObject({ judgedSource: source, reserves: reserved })
            expect(await standing(ada)).toEqual(reserved ? [0n, 10_000n, 0n] : [10_000n, 0n, 0n])
            await move(id, end)
            expect(await standing(ada)).toEqual([10_000n, 0n, 0n])
          }
          id = await again(id ?? '')
          await move(id, last)
          const { reserves } = await portal.payout(id)
          expect(reserves || !reserved).toBe(true)
          expect(await standing(ada)).toEqual(
            reserves && last === 'confirm' ? [0n, 0n, 10_000n] : [10_000n, 0n, 0n],
          )
          expect(await wrong()).toEqual([])
        },
      ),
      { numRuns: 25 },
    )
    await portal.deps.settings.change({ requireBalance: true, requireBalanceMerchant: false }, operator)
  })
})

describe('however the replacement is made', () => {
  /** Written by hand, as a clerk's own payout without a reserve. */
  async function insert(old: Payout, changes: { amountMinor?: bigint; currency?: string } = {}) {
    const { amountMinor, currency, receiverId, destinationSealed, contentHash, requestHash } =
      await portal.prisma.payout.findUniqueOrThrow({ where: { id: old.id } })
    const names = { idempotencyKey: randomUUID(), clientOrderId: randomUUID() }
    const links = { statusTokenHash: randomUUID(), returnTokenHash: randomUUID() }
    const content = { amountMinor, currency, receiverId, destinationSealed, contentHash, requestHash }
    const claims = { source: 'desk', judgedSource: 'desk', reserves: false, replacesId: old.id } as const
    await portal.prisma.payout.create({
      data: { id: randomUUID(), ...names, ...links, ...content, ...claims, ...changes },
    })
  }

  it('the database ties it to the balance, the source and the money of the payout it replaces', async () => {
    const ada = await receiver()
    const old = await move(await ask(ada, 'browser'), 'decline')
    const because = (why: string) => ({
      meta: { driverAdapterError: { cause: { originalMessage: expect.stringContaining(why) as string } } },
    })
    await expect(insert(old)).rejects.toMatchObject(because('nothing was reserved'))
    await expect(insert(old, { amountMinor: 20_000n })).rejects.toMatchObject(because('does not replace'))
    await expect(insert(old, { currency: 'USD' })).rejects.toMatchObject(because('does not replace'))
    const running = await portal.payout(await again(old.id))
    await expect(insert(running)).rejects.toMatchObject(because('does not replace'))
    const { id } = running
    await expect(portal.prisma.$executeRaw`
      UPDATE payout SET judged_source = 'desk' WHERE id = ${id}::uuid`).rejects.toThrow(/cannot be changed/)
    await expect(portal.prisma.$executeRaw`
      UPDATE payout SET replaces_id = NULL WHERE id = ${id}::uuid`).rejects.toThrow(/cannot be changed/)
  })
})

describe('the money check', () => {
  it('notices a payment made outside the balance of the payout it replaced', async () => {
    const ada = await receiver()
    const first = await ask(ada, 'browser')
    await move(first, 'decline')
    const second = await again(first)
    await move(second, 'decline')
    const third = await again(second)
    // As if the second and third had been written at the desk without a reserve.
    const kept = `SELECT id FROM ledger_transfer WHERE payout_id IN ('${second}', '${third}')`
    await tamper(
      `DELETE FROM ledger_transfer WHERE id IN (${kept})`,
      `UPDATE balance SET available_minor = 10000, reserved_minor = 0 WHERE receiver_id = '${ada.receiverId}'`,
      `UPDATE payout SET reserves = false, judged_source = 'desk' WHERE id IN ('${second}', '${third}')`,
      `UPDATE payout_event SET data = data - 'reserves' WHERE payout_id IN ('${second}', '${third}')`,
    )
    await move(third, 'confirm')
    expect(await wrong()).toEqual([
      `Payout ${third} is paid outside the balance that it had to be taken from.`,
    ])
    await tamper(
      `DELETE FROM payout_event WHERE payout_id IN ('${second}', '${third}')`,
      `DELETE FROM payout WHERE id = '${third}'`,
      `DELETE FROM payout WHERE id = '${second}'`,
    )
    expect(await wrong()).toEqual([])
  })

  it('notices one that needs a balance by the settings, and one that does by its history', async () => {
    const ada = await receiver()
    const id = await ask(ada, 'browser')
    await tamper(
      `DELETE FROM ledger_transfer WHERE payout_id = '${id}'`,
      `UPDATE balance SET available_minor = 10000, reserved_minor = 0 WHERE receiver_id = '${ada.receiverId}'`,
      `UPDATE payout SET reserves = false WHERE id = '${id}'`,
    )
    const told = [`Payout ${id} is requested outside the balance that it had to be taken from.`]
    expect(await wrong()).toEqual(told)
    await tamper(`UPDATE payout_event SET data = data - 'reserves' WHERE payout_id = '${id}'`)
    // It was made within seconds of the last change to the settings.
    expect(await wrong()).toEqual([])
    await tamper(`UPDATE payout SET created_at = created_at + interval '1 minute' WHERE id = '${id}'`)
    expect(await wrong()).toEqual(told)
    await portal.deps.settings.change({ requireBalance: true }, operator)
    expect(await wrong(), 'the same setting again is no change').toEqual(told)
    await move(id, 'reject')
    expect(await wrong()).toEqual([])
  })
})

describe('the policy', () => {
  beforeAll(async () => {
    const rules = [{ name: 'Withdrawals', source: 'browser' as const, from: '0', approvers: 3 }]
    const autoApprove = { below: '1000', sources: ['desk' as const, 'api' as const] }
    const currencies = { EUR: { ...plainCurrency, rules, autoApprove } }
    await portal.deps.policy.set({ currencies, risk: {} }, 'Withdrawals need three.', operator)
  })

  it('still sees the withdrawal, however often it was retried', async () => {
    const ada = await receiver()
    let id = await ask(ada, 'browser')
    for (const end of ['decline', 'cancel'] as const) {
      await move(id, end)
      id = await again(id)
    }
    const judged = await validated(id)
    expect(judged).toMatchObject({ approvalsRequired: 3, policyNote: { approved: false } })
  })

  it('never lets one person alone resend what a system cancelled', async () => {
    const ada = await receiver()
    const first = await ask(ada, 'api')
    await move(first, 'cancel')
    const judged = await validated(await again(first))
    expect(judged).toMatchObject({
      approvalsRequired: 1,
      policyNote: { approved: false, why: 'A person asked for it again, so people must decide.' },
    })
  })
})

describe('the person who asked for the first one', () => {
  it('may not approve the one that replaces it, with any of their accounts', async () => {
    const owner = await person('approver')
    const other = await person('approver', owner)
    const keyId = randomUUID()
    await portal.prisma.apiKey.create({ data: { id: keyId, name: 'own', keyHash: keyId, ownerId: owner.id } })
    const key: Actor = { kind: 'api_key', id: keyId, name: 'own', ownerId: owner.id, scopes: apiScopes }
    const made = await createPayout(portal.deps, key, {
      idempotencyKey: randomUUID(),
      body: { ...sampleRequest, receiver: { externalId: randomUUID() }, destination },
    })
    if (!made.ok) throw new Error(made.code)
    await move(made.payout.id, 'decline')
    const second = await again(made.payout.id)
    await move(second, 'decline')
    const waiting = await validated(await again(second))
    for (const who of [owner, other]) {
      expect(await approvePayout(portal.deps, who, seen(waiting))).toMatchObject({ code: 'own_request' })
      const queue = await portal.deps.approvals.queue({ userId: who.id, decides: true }, 'all', 50)
      expect(queue.rows.find(({ payoutId }) => payoutId === waiting.id)).toMatchObject({ own: true })
      const { personId } = (await portal.deps.people.findUser(who.id)) ?? { personId: '' }
      const approval = portal.prisma.$executeRaw`
        INSERT INTO approval (id, payout_id, approver_id, approver_name, person_id, amount_minor, currency, content_hash, order_id, open_key)
        SELECT gen_random_uuid(), id, ${who.id}::uuid, 'x', ${personId}::uuid, amount_minor, currency, content_hash, order_id,
          id || ':' || ${personId} FROM payout WHERE id = ${waiting.id}::uuid`
      await expect(approval).rejects.toThrow(/nobody approves what they asked for/)
    }
    expect((await approvePayout(portal.deps, await person('approver'), seen(waiting))).ok).toBe(true)
  })
})
