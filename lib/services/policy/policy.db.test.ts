/**
 * The policy as people change it: two administrators, a rehearsal on the past, and payouts that keep the version they started with. One
 * file, because its versions follow one another.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { noLimits } from '#lib/payouts/policy.ts'
import type { CurrencyPolicy } from '#lib/payouts/policy.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { askedAt } from '#lib/services/testing/time.ts'
import { decidePolicy } from './decide-policy.ts'
import { proposePolicy } from './propose-policy.ts'
import { rehearsePolicy } from './rehearse-policy.ts'
import { setPolicy } from './set-policy.ts'
import { showPolicy } from './show-policy.ts'

type User = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }
const code = '123456'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ana: User
let ben: User
beforeAll(async () => {
  portal = await createTestPortal()
  ana = await person('admin', 'Ana')
  ben = await person('admin', 'Ben')
  // Enough of them for every rule below.
  for (let n = 0; n < 5; n++) await portal.approver()
})
afterAll(() => portal.close())
beforeEach(async () => {
  const waiting = await portal.deps.policy.proposal()
  if (waiting) await portal.deps.policy.decide(waiting.version, 'rejected', ben)
})

async function person(role: Role, name: string, personId?: string): Promise<User> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name, role, passwordHash: null, totpSecret: null }
  const made = await portal.deps.people.createUser(draft, operator)
  if (made === 'email_taken') throw new Error(made)
  if (personId !== undefined) await portal.prisma.user.update({ where: { id }, data: { personId } })
  return { kind: 'user', id, role, name, receiverId: made.receiverId }
}

const euro = (more: Partial<CurrencyPolicy>) => ({
  currencies: {
    EUR: {
      autoApprove: { below: '0.00', sources: ['api' as const] },
      rules: [],
      limits: noLimits,
      ...more,
    },
  },
  risk: {},
})
const large = (from: string, approvers = 2) => ({
  name: `Large ${from}`,
  source: 'any' as const,
  from,
  approvers,
})
const auto = (below: string) => ({ autoApprove: { below, sources: ['api' as const] } })

let count = 1
/** A policy that was never in force. */
const another = () => euro({ rules: [large(`${1000 + count++}.00`)] })

const propose = (by: Actor, policy: unknown, more: Record<string, unknown> = {}) =>
  proposePolicy(portal.deps, by, { policy, reason: 'why', code, ...more })

/** In force at once, by two people. */
async function inForce(policy: unknown): Promise<number> {
  const made = await propose(ana, policy)
  if (!made.ok) throw new Error(`${made.code} ${JSON.stringify(made.errors)}`)
  const { version } = made.proposal
  expect(await decidePolicy(portal.deps, ben, { version, decision: 'confirmed', code })).toMatchObject({
    ok: true,
  })
  return version
}

async function proposed(by: Actor): Promise<number> {
  const made = await propose(by, another())
  if (!made.ok) throw new Error(made.code)
  return made.proposal.version
}

/** The codes that were asked for while `act` ran. */
async function codesFor(act: () => Promise<unknown>): Promise<string[]> {
  const subjects: string[] = []
  const { verify } = portal.deps.secondFactor
  portal.deps.secondFactor.verify = (user, given, asked) => {
    subjects.push(`${asked.kind} ${asked.subject}`)
    return verify(user, given, asked)
  }
  await act()
  portal.deps.secondFactor.verify = verify
  return subjects
}

describe('proposing', () => {
  it('is for admins, with a reason and a code', async () => {
    const clerk = await person('clerk', 'Clara')
    expect(await propose(clerk, another())).toMatchObject({ code: 'forbidden' })
    expect(await propose(ana, another(), { reason: ' ' })).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'reason' }],
    })
    expect(await propose(ana, another(), { code: '' })).toMatchObject({ code: 'step_up_required' })
    expect(await propose(ana, another(), { code: 'abc' })).toMatchObject({ code: 'wrong_code' })
    expect(await portal.deps.policy.proposal()).toBeNull()
  })

  it('refuses an invalid policy, with every problem in its place', async () => {
    const answer = await propose(ana, euro({ rules: [{ ...large('1.005'), approvers: 9 }] }))
    expect(answer).toMatchObject({ code: 'invalid_request' })
    if (!answer.ok)
      expect(answer.errors?.map(({ path }) => path)).toEqual([
        'currencies.EUR.rules.0.from',
        'currencies.EUR.rules.0.approvers',
      ])
  })

  it('refuses what is already in force, and a second one while one waits, without using up a code', async () => {
    const policy = another()
    await inForce(policy)
    const codes = await codesFor(async () => {
      expect(await propose(ana, policy)).toMatchObject({ code: 'nothing_differs' })
    })
    expect(codes).toEqual([])
    await proposed(ana)
    expect(await propose(ben, another())).toMatchObject({ code: 'proposal_waits' })
  })

  it('refuses to ask for more people than there are, unless the proposer insists', async () => {
    const few = await createTestPortal()
    try {
      await few.approver()
      const answer = (more: object) =>
        proposePolicy(few.deps, ana, { policy: another(), reason: 'why', code, ...more })
      // One person with two accounts is one person.
      const [only] = await few.deps.people.listUsers()
      const second = await few.approver()
      if (second.kind === 'user' && only)
        await few.prisma.user.update({ where: { id: second.id }, data: { personId: only.personId } })
      expect(await answer({})).toMatchObject({
        code: 'too_few_approvers',
        detail: { code: 'approversLacking', asked: 2, able: 1 },
      })
      expect(await answer({ despiteFewApprovers: true })).toMatchObject({ ok: true })
    } finally {
      await few.close()
    }
  })

  it('leaves currencies that are not paid here alone', async () => {
    await inForce({
      ...another(),
      currencies: { ...another().currencies, JPY: euro(auto('900')).currencies.EUR },
    })
    const { currencies } = portal.deps.config
    portal.deps.config.currencies = ['EUR']
    const version = await inForce(another())
    portal.deps.config.currencies = currencies
    expect((await portal.deps.policy.find(version))?.currencies['JPY']?.autoApprove.below).toBe('900')
  })

  it('on the command line waits for an admin too, and does nothing when nothing differs', async () => {
    const made = await setPolicy(portal.deps, operator, { currency: 'EUR', autoApproveBelow: '7' })
    expect(made).toMatchObject({ ok: true, policy: { autoApproveBelow: '7.00', state: 'proposed' } })
    if (!made.ok) throw new Error(made.code)
    expect(await setPolicy(portal.deps, operator, { currency: 'EUR', autoApproveBelow: '8' })).toMatchObject({
      code: 'proposal_waits',
    })
    const { version } = made.policy
    expect(await decidePolicy(portal.deps, ana, { version, decision: 'confirmed', code })).toMatchObject({
      ok: true,
    })
    expect(await setPolicy(portal.deps, operator, { currency: 'EUR', autoApproveBelow: '7.00' })).toEqual({
      ok: true,
      policy: { currency: 'EUR', autoApproveBelow: '7.00', version, state: 'active' },
    })
    expect(await portal.deps.policy.proposal()).toBeNull()
  })
})

describe('deciding', () => {
  it('takes another person, with a code for exactly this version', async () => {
    const version = await proposed(ana)
    const confirm = (by: Actor, given = code) =>
      decidePolicy(portal.deps, by, { version, decision: 'confirmed', code: given })
    const { personId } = await portal.prisma.user.findUniqueOrThrow({ where: { id: ana.id } })
    const herOther = await person('admin', 'Ana too', personId)
    const codes = await codesFor(async () => {
      for (const by of [ana, herOther]) expect(await confirm(by)).toMatchObject({ code: 'same_person' })
      expect(await confirm(await person('auditor', 'Aurora'))).toMatchObject({ code: 'forbidden' })
    })
    expect(codes).toEqual([])
    expect(await confirm(ben, '')).toMatchObject({ code: 'step_up_required' })
    const confirming = await codesFor(async () => {
      expect(await confirm(ben)).toMatchObject({ ok: true, decided: { active: true } })
    })
    expect(confirming).toEqual([`policy confirmed version ${version}`])
    expect(await confirm(ben)).toMatchObject({ code: 'proposal_decided' })
  })

  it('is a rejection by another person, or a withdrawal by the proposer', async () => {
    const { version: before } = await portal.deps.policy.active()
    const first = await proposed(ana)
    const decide = (by: Actor, version: number, decision: 'rejected' | 'withdrawn', given = code) =>
      decidePolicy(portal.deps, by, { version, decision, code: given })
    expect(await decide(ben, first, 'rejected', '')).toMatchObject({ code: 'step_up_required' })
    expect(await decide(ben, first, 'rejected')).toMatchObject({
      ok: true,
      decided: { decision: 'rejected' },
    })
    const second = await proposed(ana)
    expect(await decide(ana, first, 'withdrawn')).toMatchObject({ code: 'proposal_decided' })
    expect(await decide(ben, second, 'withdrawn')).toMatchObject({ code: 'forbidden' })
    expect(await decide(ana, second, 'withdrawn', '')).toMatchObject({ ok: true })
    expect((await portal.deps.policy.active()).version).toBe(before)
  })
})

describe('what people see', () => {
  it('is the policy, the proposal with what differs, and what each version changed', async () => {
    const before = await inForce(euro({ rules: [large('3000.00')] }))
    const made = await propose(ana, euro({ rules: [large('3000.00', 3)] }))
    if (!made.ok) throw new Error(made.code)
    const looked = await showPolicy(portal.deps, ben)
    expect(looked).toMatchObject({
      ok: true,
      active: { version: before },
      inForce: { version: before, decidedByName: 'Ben' },
      proposal: { proposedByName: 'Ana', reason: 'why', mayDecide: true, mayWithdraw: false, lacking: null },
      mayPropose: false,
    })
    if (!looked.ok) throw new Error(looked.code)
    const rule = { kind: 'rule', name: 'Large 3000.00', from: '3,000.00 EUR', source: 'any' }
    const change = { currency: 'EUR', was: { ...rule, approvers: 2 }, becomes: { ...rule, approvers: 3 } }
    expect(looked.proposal?.changes).toEqual([change])
    expect(looked.versions[0]?.changes).toEqual([change])
    expect(await showPolicy(portal.deps, ana)).toMatchObject({
      proposal: { mayDecide: false, mayWithdraw: true },
    })
    expect(await showPolicy(portal.deps, await person('auditor', 'Aurora'))).toMatchObject({
      proposal: { mayDecide: false, mayWithdraw: false },
    })
    expect(await showPolicy(portal.deps, await person('receiver', 'Ada'))).toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('a payout', () => {
  it('keeps the policy it started with, whatever is confirmed before the bank answers', async () => {
    const first = await inForce(euro({ ...auto('500.00'), rules: [large('900.00', 2)] }))
    // Asked for while no worker runs: nothing is judged yet.
    const small = await portal.ask({ amount: '450.00' })
    const big = await portal.ask({ amount: '950.00' })
    const second = await inForce(euro({ ...auto('100.00'), rules: [large('900.00', 3)] }))
    const later = await portal.ask({ amount: '950.00' })
    const worker = portal.startWorker()
    await portal.until(small, 'paid')
    const judged = await portal.until(big, 'awaiting_approval')
    expect((await portal.payout(small)).policyNote).toMatchObject({
      approved: true,
      version: first,
      autoApproveBelow: '500.00',
      demands: [],
    })
    expect(judged).toMatchObject({ policyVersion: first, approvalsRequired: 2 })
    expect(judged.policyNote?.demands).toEqual([
      { rule: 'Large 900.00', approvers: 2, why: 'From 900.00 EUR.', from: '900.00', source: 'any' },
    ])
    expect(await portal.until(later, 'awaiting_approval')).toMatchObject({
      policyVersion: second,
      approvalsRequired: 3,
    })
    // Two are enough for the first, whatever the policy asks for now.
    for (const by of [await portal.approver(), await portal.approver()])
      expect(await approvePayout(portal.deps, by, seen(await portal.payout(big)))).toMatchObject({ ok: true })
    await portal.until(big, 'paid')
    await worker.stop()
    await expect(
      portal.prisma.$executeRaw`UPDATE payout SET policy_version = ${second} WHERE id = ${big}::uuid`,
    ).rejects.toThrow('keeps the policy it started with')
    await expect(
      portal.prisma.$executeRaw`UPDATE payout SET approvals_required = 1 WHERE id = ${later}::uuid`,
    ).rejects.toThrow('was judged and stays so')
  })
})

describe('the rehearsal', () => {
  let past: Awaited<ReturnType<typeof createTestPortal>>
  const by: User = { kind: 'user', id: randomUUID(), role: 'admin', name: 'Ana', receiverId: null }
  beforeAll(async () => {
    past = await createTestPortal()
    await past.deps.policy.set(euro(auto('100.00')), 'start', operator)
    const receiver = (externalId: string) => ({ receiver: { externalId, firstName: 'Ada' } })
    for (const [amount, externalId] of [
      ['99.99', 'a'],
      ['100.00', 'a'],
      ['1000.00', 'a'],
      ['999.99', 'b'],
      ['5000.00', 'b'],
    ] as const)
      await past.ask({ amount, ...receiver(externalId) })
    await past.ask({ amount: '1500', currency: 'JPY', ...receiver('a') })
    const high = await past.ask({ amount: '10.00', ...receiver('c') })
    const risk = {
      level: 'medium',
      at: '',
      checks: [
        { id: 'many_requests', level: 'medium' },
        { id: 'first_payment', level: 'none' },
      ],
    }
    await past.prisma.payout.update({ where: { id: high }, data: { risk } })
    // Too long ago to count.
    const old = await past.ask({ amount: '70.00', ...receiver('d') })
    await askedAt(past.prisma, old, `now() - interval '91 days'`)
  })
  afterAll(() => past.close())

  const rehearsed = async (policy: unknown) => {
    const answer = await rehearsePolicy(past.deps, by, { policy })
    if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.errors)}`)
    const lines = answer.rehearsal.lines.map(
      ({ currency, outcome, inForce: now, proposed: then }) => `${currency} ${outcome}: ${now} -> ${then}`,
    )
    return { payouts: answer.rehearsal.payouts, lines }
  }

  it('counts who would have had to agree, at the exact edges of every rule', async () => {
    expect(
      await rehearsed(euro({ ...auto('100.01'), rules: [large('1000.00', 2), large('5000.00', 3)] })),
    ).toEqual({
      payouts: 7,
      lines: ['EUR 0: 2 -> 3', 'EUR 1: 4 -> 1', 'EUR 2: 0 -> 1', 'EUR 3: 0 -> 1', 'JPY 1: 1 -> 1'],
    })
  })

  it('takes the checks at the level of the policy that is tried', async () => {
    const { lines } = await rehearsed({
      ...euro(auto('100.00')),
      risk: { many_requests: 'high', first_payment: 'high' },
    })
    expect(lines).toEqual(['EUR 0: 2 -> 1', 'EUR 1: 4 -> 4', 'EUR 2: 0 -> 1', 'JPY 1: 1 -> 1'])
  })

  it('counts what would have exceeded a limit for one payout, a day or a month', async () => {
    const over = async (limits: object) => {
      const { lines } = await rehearsed(euro({ ...auto('100.00'), limits: { ...noLimits, ...limits } }))
      return lines.filter((line) => line.includes('over'))
    }
    expect(await over({ payout: '1000.00' })).toEqual(['EUR over_limit: 0 -> 1'])
    expect(await over({ payout: '5000.00' })).toEqual([])
    // a: 99.99, 199.99, 1199.99; b: 999.99, 5999.99; c: 10.
    expect(await over({ receiverDay: '1199.98' })).toEqual(['EUR over_limit: 0 -> 2'])
    expect(await over({ receiverDay: '1199.99' })).toEqual(['EUR over_limit: 0 -> 1'])
    expect(await over({ receiverMonth: '199.98' })).toEqual(['EUR over_limit: 0 -> 4'])
  })

  it('does not count what ended without payment', async () => {
    const [first] = await past.prisma.payout.findMany({ orderBy: { seq: 'asc' }, take: 1 })
    await past.prisma.$executeRaw`
      UPDATE payout SET status = 'cancelled', final_at = now() WHERE id = ${first?.id ?? ''}::uuid`
    const { lines } = await rehearsed(
      euro({ ...auto('100.00'), limits: { ...noLimits, receiverDay: '1199.98' } }),
    )
    expect(lines.at(-2)).toBe('EUR over_limit: 0 -> 1')
  })

  it('is open to everybody who may see the policy, and says what is wrong with a draft', async () => {
    expect(await rehearsePolicy(past.deps, { ...by, role: 'receiver' }, { policy: euro({}) })).toMatchObject({
      code: 'forbidden',
    })
    expect(await rehearsePolicy(past.deps, { ...by, role: 'auditor' }, { policy: 'x' })).toMatchObject({
      code: 'invalid_request',
    })
  })
})
