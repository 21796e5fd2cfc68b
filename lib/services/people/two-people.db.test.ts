/** No act of one person makes money move without another, independent one. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor, ApiScope, Role } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { retryPayout } from '#lib/services/payout/retry-payout.ts'
import { decidePolicy } from '#lib/services/policy/decide-policy.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import { resetFactor } from '#lib/services/sign-in/reset-factor.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { signIn } from '#lib/services/sign-in/sign-in.ts'
import { createTestPortal, eventually, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { applyDueAccess } from './apply-due-access.ts'
import { changeRole } from './change-role.ts'
import { createUser } from './create-user.ts'
import { decideAccess } from './decide-access.ts'
import { disableUser } from './disable-user.ts'
import { inviteAgain, inviteUser } from './invite-user.ts'
import { setPassword } from './set-password.ts'
import { setPerson } from './set-person.ts'
import { showAccess } from './show-access.ts'

type Person = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }
const code = '123456'

let portal: Awaited<ReturnType<typeof createTestPortal>>
const deps = () => portal.deps

/** Made on the command line: nobody stands behind them. */
async function person(role: Role, name = role as string): Promise<Person> {
  const id = randomUUID()
  const made = await deps().people.createUser(
    { id, email: `${id}@example.com`, name, role, passwordHash: 'x', totpSecret: null },
    operator,
  )
  if (made === 'email_taken') throw new Error('taken')
  return actorOf(made)
}

/** All admins from other tests are gone. */
async function onlyThese(...admins: Person[]): Promise<void> {
  await portal.prisma.user.updateMany({
    where: { role: 'admin', id: { notIn: admins.map(({ id }) => id) } },
    data: { disabledAt: new Date() },
  })
}

/** Moves everything that was proposed or decided so long into the past. The guards would not let anybody. */
async function later(hours: number): Promise<void> {
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRaw`
      UPDATE access_change SET due_at = due_at - make_interval(hours => ${hours}::int),
        decided_at = decided_at - make_interval(hours => ${hours}::int)`
  })
  await applyDueAccess(deps())
}

/** A policy that two other people have set: below 500 EUR nobody needs to agree. */
async function approvedByPolicy(sources: string[]): Promise<void> {
  const body = { currencies: { EUR: { autoApprove: { below: '500.00', sources } } }, risk: {} }
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.policyVersion.updateMany({ where: { activeKey: 'active' }, data: { activeKey: null } })
    await tx.policyVersion.create({
      data: { body, reason: 'test', proposedByName: 'root', activeKey: 'active', decision: 'confirmed' },
    })
  })
}

const withEmail = (role: Role) => ({ name: 'Nina New', email: `${randomUUID()}@example.com`, role, code })

async function accountOf(id: string): Promise<Person> {
  const user = await deps().people.findUser(id)
  if (!user) throw new Error(`nobody is ${id}`)
  return actorOf(user)
}

/** An approver (or whoever) invited by one admin and confirmed by another. */
async function invitedBy(admin: Person, second: Person, role: Role): Promise<Person> {
  const invited = await inviteUser(deps(), admin, withEmail(role))
  if (!invited.ok) throw new Error(invited.code)
  if (invited.waits) {
    const confirmed = await decideAccess(deps(), second, {
      id: invited.waits.id,
      decision: 'confirmed',
      code,
    })
    if (!confirmed.ok) throw new Error(confirmed.code)
  }
  return accountOf(invited.id)
}

async function keyBy(admin: Person, second: Person): Promise<Actor> {
  const made = await createApiKey(deps(), admin, { name: 'shop', code })
  if (!made.ok || !made.waits) throw new Error('no proposal')
  await decideAccess(deps(), second, { id: made.waits.id, decision: 'confirmed', code })
  return { kind: 'api_key', id: made.id, name: 'shop', ownerId: null, scopes: apiScopes }
}

async function askedBy(key: Actor): Promise<string> {
  const made = await createPayout(deps(), key, {
    idempotencyKey: randomUUID(),
    body: { ...sampleRequest, receiver: { externalId: randomUUID(), firstName: 'Ada' } },
  })
  if (!made.ok) throw new Error(made.code)
  return made.payout.id
}

const mailsTo = async (person: Person) => {
  const user = await deps().people.findUser(person.id)
  return (await deps().mails.latest(1000)).filter(({ recipient }) => recipient === user?.email)
}

beforeAll(async () => {
  portal = await createTestPortal()
  portal.startWorker()
})
afterAll(() => portal.close())

describe('with a second admin', () => {
  let one: Person
  let two: Person
  beforeEach(async () => {
    one = await person('admin', 'Adrian')
    two = await person('admin', 'Berta')
    await onlyThese(one, two)
  })

  it('what gives power is a proposal, which the other one confirms with a code', async () => {
    const clerk = await person('clerk')
    const asked = [
      await inviteUser(deps(), one, withEmail('approver')),
      await inviteUser(deps(), one, withEmail('admin')),
      await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code }),
      await resetFactor(deps(), one, { userId: clerk.id, code }),
      await setPerson(deps(), one, { userId: clerk.id, sameAs: '', code }),
      await createApiKey(deps(), one, { name: 'shop', scopes: ['payouts:write'], code }),
      await createApiKey(deps(), one, { name: 'shop', scopes: ['grants:write'], code }),
    ]
    for (const answer of asked) {
      if (!answer.ok || !answer.waits) throw new Error(`not proposed: ${JSON.stringify(answer)}`)
      const { id } = answer.waits
      expect(answer.waits.dueAt).toBeNull()
      expect(await decideAccess(deps(), one, { id, decision: 'confirmed', code })).toMatchObject({
        code: 'same_person',
      })
      expect(await decideAccess(deps(), two, { id, decision: 'confirmed', code: '' })).toMatchObject({
        code: 'step_up_required',
      })
    }
    expect((await accountOf(clerk.id)).role).toBe('clerk')
    const shown = await showAccess(deps(), two)
    expect(shown.ok && shown.proposals.map(({ mayConfirm }) => mayConfirm)).toEqual(asked.map(() => true))
    // Who reads everything sees them too, and decides nothing.
    const read = await showAccess(deps(), await person('auditor'))
    expect(read.ok && read.proposals.map(({ mayConfirm, mayWithdraw }) => mayConfirm || mayWithdraw)).toEqual(
      asked.map(() => false),
    )
    for (const answer of asked)
      expect(
        await decideAccess(deps(), two, {
          id: answer.ok ? (answer.waits?.id ?? '') : '',
          decision: 'confirmed',
          code,
        }),
      ).toMatchObject({ ok: true })
    expect((await accountOf(clerk.id)).role).toBe('approver')
    expect(await showAccess(deps(), two)).toMatchObject({ proposals: [] })
  })

  it('tells the other admins by mail and by an open item, which closes with the decision', async () => {
    const invited = await inviteUser(deps(), one, withEmail('approver'))
    if (!invited.ok || !invited.waits) throw new Error('not proposed')
    expect((await mailsTo(two)).map(({ subject }) => subject)).toEqual(['A right waits for a second admin'])
    expect(await mailsTo(one)).toEqual([])
    const items = async () => (await deps().items.list()).filter(({ kind }) => kind === 'proposal_waits')
    expect((await items()).map(({ what }) => what)).toContainEqual(expect.stringContaining('Nina New'))
    await decideAccess(deps(), two, { id: invited.waits.id, decision: 'declined', code })
    expect((await items()).some(({ data }) => data?.['proposal'] === invited.waits?.id)).toBe(false)
    expect(await deps().people.findUser(invited.id)).toBeNull()
    expect(
      await decideAccess(deps(), two, { id: invited.waits.id, decision: 'confirmed', code }),
    ).toMatchObject({ code: 'access_decided' })
  })

  it('hears of a change of the policy by mail and by an open item, until it is decided', async () => {
    const items = async () =>
      (await deps().items.list()).filter(({ data }) => data?.['page'] === '/desk/policy')
    const policy = { currencies: {}, risk: { many_requests: 'high' } }
    const proposed = await proposePolicy(deps(), one, { policy, reason: 'Too many', code })
    if (!proposed.ok) throw new Error(proposed.code)
    expect((await mailsTo(two)).map(({ subject, text }) => [subject, text?.includes('Too many')])).toEqual([
      ['A change of the policy waits for a second admin', true],
    ])
    expect(await mailsTo(one)).toEqual([])
    expect((await items()).map(({ kind, what }) => [kind, what])).toEqual([
      ['proposal_waits', 'Adrian proposed a change of the policy'],
    ])
    const { version } = proposed.proposal
    await decidePolicy(deps(), two, { version, decision: 'rejected', code })
    expect(await items()).toEqual([])
    // The operator's proposal is told to every admin.
    const set = await setPolicy(deps(), operator, { currency: 'JPY', autoApproveBelow: '7' })
    for (const admin of [one, two])
      expect((await mailsTo(admin)).map(({ subject }) => subject)).toContain(
        'A change of the policy waits for a second admin',
      )
    if (set.ok) await decidePolicy(deps(), two, { version: set.policy.version, decision: 'rejected', code })
    expect(await items()).toEqual([])
  })

  it('what gives no power takes effect at once', async () => {
    const approver = await person('approver')
    for (const answer of [
      await inviteUser(deps(), one, withEmail('clerk')),
      await changeRole(deps(), one, { userId: approver.id, role: 'auditor', code }),
      await createApiKey(deps(), one, { name: 'reports', scopes: ['payouts:read', 'balances:read'], code }),
    ])
      expect(answer).toMatchObject({ ok: true, waits: null })
  })

  it('a key that waits lets nobody in, and a declined one never does', async () => {
    const made = await createApiKey(deps(), one, { name: 'shop', code })
    if (!made.ok || !made.waits) throw new Error('not proposed')
    expect(await authenticateApiKey(deps(), made.key)).toMatchObject({ code: 'unauthorized' })
    const keys = await showKeys(deps(), two)
    expect(keys.ok && keys.keys.find(({ id }) => id === made.id)?.state).toBe('waiting')
    await decideAccess(deps(), two, { id: made.waits.id, decision: 'confirmed', code })
    expect(await authenticateApiKey(deps(), made.key)).toMatchObject({ ok: true })

    const other = await createApiKey(deps(), one, { name: 'shop', code })
    if (!other.ok || !other.waits) throw new Error('not proposed')
    await decideAccess(deps(), two, { id: other.waits.id, decision: 'declined', code })
    expect(await authenticateApiKey(deps(), other.key)).toMatchObject({ code: 'unauthorized' })
  })

  it('keeps an approver from what the key of whoever invited them asked for, in the verb and in the database', async () => {
    const key = await keyBy(one, two)
    const [theirs, independent] = [await invitedBy(one, two, 'approver'), await person('approver')]
    const payout = await portal.until(await askedBy(key), 'awaiting_approval')
    expect(await approvePayout(deps(), theirs, seen(payout))).toMatchObject({ code: 'own_request' })
    const row = {
      payout_id: payout.id,
      content_hash: payout.contentHash,
      order_id: payout.orderId,
      approver_id: theirs.id,
    }
    await expect(
      portal.prisma.$executeRaw`
        INSERT INTO approval (id, payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, open_key)
        SELECT gen_random_uuid(), p.id, p.content_hash, p.order_id, u.id, u.name, u.person_id, p.amount_minor, p.currency, p.id || ':' || u.person_id
        FROM payout p, app_user u WHERE p.id = ${row.payout_id}::uuid AND u.id = ${row.approver_id}::uuid`,
    ).rejects.toThrow('nobody approves their own payout')
    const desk = await showDesk(deps(), theirs, { tab: 'mine' })
    expect(desk.ok && desk.queue.rows.map(({ payout: { id } }) => id)).not.toContain(payout.id)
    // What neither of them is behind they may approve: the invitation took two people.
    const foreign = await portal.until(
      await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'A' } }),
      'awaiting_approval',
    )
    expect(await approvePayout(deps(), theirs, seen(foreign))).toMatchObject({ ok: true })
    expect(await approvePayout(deps(), independent, seen(payout))).toMatchObject({ ok: true })
  })

  it('lets two accounts that one admin has made count as one approver', async () => {
    const [first, second, other] = [
      await invitedBy(one, two, 'approver'),
      await invitedBy(one, two, 'approver'),
      await person('approver'),
    ]
    const policy = {
      currencies: {
        USD: {
          autoApprove: { below: '0', sources: ['api'] },
          rules: [{ name: 'Two', source: 'any', from: '0', approvers: 2 }],
          limits: { payout: null, receiverDay: null, receiverMonth: null, approverDay: null },
        },
      },
      risk: {},
    }
    const proposed = await proposePolicy(deps(), one, {
      policy,
      reason: 'two',
      code,
      despiteFewApprovers: true,
    })
    if (!proposed.ok) throw new Error(proposed.code)
    await decidePolicy(deps(), two, { version: proposed.proposal.version, decision: 'confirmed', code })
    const id = await portal.ask({ currency: 'USD', receiver: { externalId: randomUUID(), firstName: 'Ada' } })
    const payout = await portal.until(id, 'awaiting_approval')
    expect(await approvePayout(deps(), first, seen(payout))).toMatchObject({ ok: true })
    expect(await approvePayout(deps(), second, seen(payout))).toMatchObject({ code: 'one_hand' })
    await expect(
      portal.prisma.$executeRaw`
        INSERT INTO approval (id, payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, open_key)
        SELECT gen_random_uuid(), p.id, p.content_hash, p.order_id, u.id, u.name, u.person_id, p.amount_minor, p.currency, p.id || ':' || u.person_id
        FROM payout p, app_user u WHERE p.id = ${id}::uuid AND u.id = ${second.id}::uuid`,
    ).rejects.toThrow('accounts in one hand approve once')
    expect(await approvePayout(deps(), other, seen(payout))).toMatchObject({ ok: true })
    await portal.until(id, 'paid')
  })

  it('says at the desk when only accounts in one hand are left', async () => {
    const [first, second] = [await invitedBy(one, two, 'approver'), await invitedBy(one, two, 'approver')]
    await portal.prisma.user.updateMany({
      where: { role: 'approver', id: { notIn: [first.id, second.id] } },
      data: { disabledAt: new Date() },
    })
    const id = await portal.ask({ currency: 'USD', receiver: { externalId: randomUUID(), firstName: 'Ada' } })
    const payout = await portal.until(id, 'awaiting_approval')
    await approvePayout(deps(), first, seen(payout))
    await checkApprovable(deps())
    expect(await portal.items(id)).toContain('approval_blocked')
    await person('approver')
    await checkApprovable(deps())
    expect(await portal.items(id)).not.toContain('approval_blocked')
  })

  it('is not met by an admin whom the first has made: neither for rights nor for the policy', async () => {
    await onlyThese(one)
    const own = await inviteUser(deps(), one, withEmail('admin'))
    if (!own.ok) throw new Error(own.code)
    await later(25)
    const puppet = await accountOf(own.id)
    const invited = await inviteUser(deps(), one, withEmail('approver'))
    if (!invited.ok || !invited.waits) throw new Error('not proposed')
    expect(invited.waits.dueAt).not.toBeNull()
    expect(
      await decideAccess(deps(), puppet, { id: invited.waits.id, decision: 'confirmed', code }),
    ).toMatchObject({ code: 'same_person' })
    await expect(
      portal.prisma.$executeRaw`
        UPDATE access_change SET decision = 'confirmed', decided_by_id = ${puppet.id}::uuid, open_key = NULL
        WHERE id = ${invited.waits.id}::uuid`,
    ).rejects.toThrow('this takes two people')
    const policy = { currencies: {}, risk: { many_requests: 'low' } }
    const proposed = await proposePolicy(deps(), one, { policy, reason: 'why', code })
    if (!proposed.ok) throw new Error(proposed.code)
    const { version } = proposed.proposal
    expect(await decidePolicy(deps(), puppet, { version, decision: 'confirmed', code })).toMatchObject({
      code: 'same_person',
    })
    await expect(
      portal.prisma.$executeRaw`
        UPDATE policy_version SET decision = 'confirmed', decided_by_id = ${puppet.id}::uuid, open_key = NULL
        WHERE version = ${version}`,
    ).rejects.toThrow('two different people')
    await decidePolicy(deps(), one, { version, decision: 'withdrawn', code })
  })

  it('has the stores refuse what a verb might forget', async () => {
    const clerk = await person('clerk')
    const draft = { id: randomUUID(), email: `${randomUUID()}@example.com`, name: 'x', passwordHash: null }
    await expect(
      deps().people.createUser({ ...draft, role: 'approver', totpSecret: null }, one),
    ).rejects.toThrow('this takes two people')
    await expect(deps().access.changeRole(clerk.id, 'admin', 'why', one)).rejects.toThrow('two people')
    await expect(deps().access.setPerson(clerk.id, null, 'why', one)).rejects.toThrow('two people')
    await expect(deps().signIn.resetFactor(clerk.id, one)).rejects.toThrow('two people')
    const key = { id: randomUUID(), name: 'k', keyHash: randomUUID(), ownerId: null }
    await expect(deps().keys.create(key, one)).rejects.toThrow('two people')
    await expect(deps().keys.create({ ...key, scopes: ['payouts:read'] }, clerk)).rejects.toThrow(
      'may not change',
    )
  })
})

describe('without a second admin', () => {
  let one: Person
  let clerk: Person
  beforeEach(async () => {
    one = await person('admin', 'Adrian')
    clerk = await person('clerk')
    await onlyThese(one)
  })

  it('it takes effect after a time that everybody on staff is told, and can be withdrawn until then', async () => {
    const asked = await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code })
    if (!asked.ok || !asked.waits?.dueAt) throw new Error('no waiting time')
    const hours = (asked.waits.dueAt.getTime() - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(23.9)
    expect(hours).toBeLessThan(24.1)
    for (const told of [one, clerk])
      expect((await mailsTo(told)).map(({ subject }) => subject)).toContain('A right is about to be given')
    await later(23)
    expect((await accountOf(clerk.id)).role).toBe('clerk')
    await later(2)
    expect((await accountOf(clerk.id)).role).toBe('approver')
    expect((await mailsTo(one)).map(({ subject }) => subject)).toContain('A right was given after its time')

    const again = await resetFactor(deps(), one, { userId: clerk.id, code })
    if (!again.ok || !again.waits) throw new Error('not proposed')
    await decideAccess(deps(), one, { id: again.waits.id, decision: 'withdrawn', code: '' })
    await later(25)
    expect((await deps().people.findUser(clerk.id))?.hasPassword).toBe(true)
  })

  it('the waiting time is the operator’s to set', async () => {
    await deps().settings.change({ accessWaitH: 72 }, operator)
    const asked = await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code })
    await deps().settings.change({ accessWaitH: 24 }, operator)
    if (!asked.ok || !asked.waits?.dueAt) throw new Error('no waiting time')
    expect(asked.waits.dueAt.getTime() - Date.now()).toBeGreaterThan(71 * 3_600_000)
  })

  it('nothing takes effect of what somebody proposed who was disabled meanwhile', async () => {
    await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code })
    await disableUser(deps(), operator, { email: `${one.id}@example.com` })
    await later(25)
    expect((await accountOf(clerk.id)).role).toBe('clerk')
  })

  it('what the key of one person asked for is never approved by the policy alone', async () => {
    const made = await createApiKey(deps(), one, { name: 'shop', code })
    if (!made.ok) throw new Error(made.code)
    await later(25)
    await approvedByPolicy(['api'])
    const own: Actor = { kind: 'api_key', id: made.id, name: 'shop', ownerId: null, scopes: apiScopes }
    const payout = await portal.until(await askedBy(own), 'awaiting_approval')
    expect(payout.policyNote?.why).toContain('by one person alone')
    await expect(
      portal.prisma.$executeRaw`
        UPDATE payout SET status = 'approved', approvals_required = 0
        WHERE id = ${await askedBy(own)}::uuid AND approvals_required IS NULL AND status = 'requested'`.then(
        (changed) => {
          // The worker was quicker and has judged it: then there is nothing left to try.
          if (changed === 0) throw new Error('people must decide')
        },
      ),
    ).rejects.toThrow('people must decide')
    // The root's own key is independent of everybody.
    await portal.until(await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } }), 'paid')
  })
})

/** Everything that one admin can do, with any number of accounts of their own making; each may be refused. */
type Step = { act: (typeof acts)[number]; a: number; b: number }
const acts = [
  'invite',
  'invite-again',
  'role',
  'reset',
  'person',
  'key',
  'confirm',
  'day',
  'ask-by-key',
  'ask-own',
  'enter',
  'grant',
  'anew',
  'policy',
  'confirm-policy',
  'approve',
  'disable-others',
] as const

const oneStep = fc.record({ act: fc.constantFrom(...acts), a: fc.nat({ max: 7 }), b: fc.nat({ max: 7 }) })

describe('one person alone', () => {
  it('never gets a payout approved, whatever they do in whatever order', { timeout: 240_000 }, async () => {
    await deps().settings.change({ requireBalance: true }, operator)
    await approvedByPolicy(['browser', 'desk', 'api'])
    try {
      await fc.assert(
        fc.asyncProperty(
          fc
            .tuple(fc.boolean(), fc.array(oneStep, { minLength: 8, maxLength: 24 }))
            // Half of them begin with what an attacker would do first: being the only one, with accounts of every kind.
            .map(([prepared, steps]) => (prepared ? [...knownAttack.slice(0, 9), ...steps] : steps)),
          alone,
        ),
        // Some orders that would have worked before, and then any.
        { numRuns: 12, interruptAfterTimeLimit: 60_000, examples: [[knownAttack]] },
      )
    } finally {
      await deps().settings.change({ requireBalance: false }, operator)
    }
  })
})

const step = (act: Step['act'], a = 0, b = 0): Step => ({ act, a, b })
/** Makes a key and an approver, waits, asks, approves; then grants and withdraws with own accounts. */
const knownAttack: Step[] = [
  step('disable-others'),
  step('key'),
  step('invite', 2),
  step('invite', 2),
  step('invite', 1),
  step('invite', 0),
  step('invite', 3),
  step('day'),
  step('confirm', 4),
  step('ask-by-key'),
  step('approve', 1),
  step('approve', 2),
  step('grant', 3, 0),
  step('ask-own', 4),
  step('approve', 1),
  step('policy'),
  step('confirm-policy', 5),
  step('ask-by-key'),
]

async function alone(steps: readonly Step[]): Promise<void> {
  const me = await person('admin', 'Mallory')
  // Somebody else administers too, at first.
  const other = await person('admin', 'Olga')
  await onlyThese(me, other)
  // Mallory is a receiver too, since long ago.
  const accounts: Person[] = [me, await person('receiver', 'Mallory')]
  const keys: Actor[] = []
  const payouts: string[] = []
  const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]
  const admins = () => accounts.filter(({ role }) => role === 'admin')
  const refresh = async () => {
    for (const [index, account] of accounts.entries()) {
      const user = await deps().people.findUser(account.id)
      if (user) accounts[index] = actorOf(user)
    }
  }
  const invited = new Set<string>()
  const own = new Set<string>()
  const run: Record<Step['act'], (a: number, b: number) => Promise<unknown>> = {
    async invite(a, b) {
      const role = pick(['receiver', 'clerk', 'approver', 'admin'] as const, a) ?? 'clerk'
      const by = pick(admins(), b) ?? me
      const answer = await inviteUser(deps(), by, withEmail(role))
      if (answer.ok) invited.add(answer.id)
    },
    'invite-again': (a, b) =>
      inviteAgain(deps(), pick(admins(), b) ?? me, { userId: pick(accounts, a)?.id ?? '', code }),
    role: (a, b) =>
      changeRole(deps(), pick(admins(), b) ?? me, {
        userId: pick(accounts, a)?.id ?? '',
        role: pick(['approver', 'admin', 'clerk'] as const, b) ?? 'clerk',
        code,
      }),
    reset: (a, b) =>
      resetFactor(deps(), pick(admins(), b) ?? me, { userId: pick(accounts, a)?.id ?? '', code }),
    person: (a, b) =>
      setPerson(deps(), pick(admins(), b) ?? me, {
        userId: pick(accounts, a)?.id ?? '',
        sameAs: b % 2 === 0 ? '' : (pick(accounts, b)?.id ?? ''),
        code,
      }),
    async key(a, b) {
      const scopes: ApiScope[][] = [[...apiScopes], ['payouts:write'], ['grants:write']]
      const made = await createApiKey(deps(), pick(admins(), b) ?? me, {
        name: 'own',
        scopes: pick(scopes, a) ?? [],
        code,
      })
      if (!made.ok) return
      own.add(made.key)
    },
    async confirm(a) {
      const proposals = await deps().access.proposals()
      const id = pick(proposals, a)?.id ?? ''
      for (const by of admins()) await decideAccess(deps(), by, { id, decision: 'confirmed', code })
    },
    // Days pass, but not as many as count.
    day: () => later(25),
    async 'ask-by-key'(a) {
      const key = pick(keys, a)
      if (!key) return
      const made = await createPayout(deps(), key, {
        idempotencyKey: randomUUID(),
        body: { ...sampleRequest, receiver: { externalId: randomUUID(), firstName: 'Mal' } },
      })
      if (made.ok) payouts.push(made.payout.id)
    },
    async 'ask-own'(a) {
      const receiver = pick(
        accounts.filter(({ role }) => role === 'receiver'),
        a,
      )
      if (!receiver) return
      const asked = await requestWithdrawal(deps(), receiver, {
        formId: randomUUID(),
        amount: '9.00',
        currency: 'EUR',
        destination: { account_number: 'DE89370400440532013000', first_name: 'Mal' },
        ipAddress: null,
      })
      if (asked.ok) payouts.push(asked.payoutId)
    },
    async enter(a) {
      const clerk = pick(
        accounts.filter(({ role }) => role === 'clerk'),
        a,
      )
      if (!clerk) return
      const entered = await enterPayout(deps(), clerk, {
        formId: randomUUID(),
        amount: '7.00',
        currency: 'EUR',
        destination: { account_number: 'DE89370400440532013000', first_name: 'Mal' },
        receiver: { externalId: randomUUID(), firstName: 'Mal' },
      })
      if (entered.ok) payouts.push(entered.payoutId)
    },
    async grant(a) {
      const by = pick([...accounts.filter(({ role }) => role === 'clerk'), ...keys], a)
      if (!by) return
      for (const receiver of accounts.filter(({ role }) => role === 'receiver')) {
        const user = await deps().people.findUser(receiver.id)
        const body = {
          receiver: { externalId: user?.email ?? '' },
          currency: 'EUR',
          amount: '100',
          reference: randomUUID(),
        }
        await createGrant(deps(), by, { body, code, idempotencyKey: randomUUID() })
      }
    },
    async anew(a) {
      const clerk = accounts.find(({ role }) => role === 'clerk')
      const id = pick(payouts, a)
      if (!clerk || id === undefined) return
      const answer = await retryPayout(deps(), clerk, { id })
      if (answer.ok && 'payoutId' in answer && typeof answer.payoutId === 'string')
        payouts.push(answer.payoutId)
    },
    async policy(a) {
      const below = pick(['500', '5000'], a) ?? '500'
      const policy = {
        currencies: {
          EUR: {
            autoApprove: { below, sources: ['browser', 'desk', 'api'] },
            rules: [],
            limits: { payout: null, receiverDay: null, receiverMonth: null, approverDay: null },
          },
        },
        risk: {},
      }
      await proposePolicy(deps(), pick(admins(), a) ?? me, { policy, reason: 'mine', code })
    },
    async 'confirm-policy'() {
      const proposal = await deps().policy.proposal()
      for (const by of admins())
        await decidePolicy(deps(), by, { version: proposal?.version ?? 0, decision: 'confirmed', code })
    },
    async approve() {
      for (const id of payouts) {
        const payout = await eventually(async () => {
          const now = await portal.payout(id)
          return now.status === 'requested' || now.status === 'checking' ? 'not judged yet' : now
        })
        for (const approver of accounts)
          await approvePayout(deps(), approver, { ...seen(payout), note: 'mine' })
      }
    },
    'disable-others': () => disableUser(deps(), me, { email: `${other.id}@example.com`, code }),
  }
  const learn = async () => {
    for (const id of invited) {
      const user = await deps().people.findUser(id)
      if (!user) continue
      invited.delete(id)
      // The mailbox is Mallory's too, so the invitation is accepted and a factor set up.
      await portal.prisma.user.update({ where: { id }, data: { passwordHash: 'x', totpSecret: 'v1.x' } })
      accounts.push(actorOf(user))
    }
    for (const key of own) {
      const found = await authenticateApiKey(deps(), key)
      if (!found.ok) continue
      own.delete(key)
      keys.push(found.actor)
    }
    await refresh()
  }
  for (const { act, a, b } of steps) {
    await run[act](a, b)
    await learn()
  }
  await run.approve(0, 0)
  for (const id of payouts) {
    const payout = await portal.payout(id)
    expect(
      ['awaiting_approval', 'rejected', 'cancelled', 'failed', 'declined', 'expired'].includes(payout.status),
      `${id} is ${payout.status} after ${JSON.stringify(steps)}`,
    ).toBe(true)
  }
  const proposal = await deps().policy.proposal()
  if (proposal) await deps().policy.decide(proposal.version, 'rejected', operator)
}

it('the operator acts at once, and every admin is told', async () => {
  const [one, two] = [await person('admin'), await person('admin')]
  await onlyThese(one, two)
  const email = `${randomUUID()}@example.com`
  const password = 'correct horse battery'
  const made = await createUser(deps(), operator, { email, role: 'approver', password })
  const key = await createApiKey(deps(), operator, { name: 'shop' })
  if (!made.ok || !key.ok) throw new Error('refused')
  await setPassword(deps(), operator, { email, password: 'another horse battery' })
  expect(await authenticateApiKey(deps(), key.key)).toMatchObject({ ok: true })
  const id = await portal.ask({ currency: 'USD', receiver: { externalId: randomUUID(), firstName: 'Ada' } })
  const payout = await portal.until(id, 'awaiting_approval')
  expect(await approvePayout(deps(), await accountOf(made.id), seen(payout))).toMatchObject({ ok: true })
  for (const admin of [one, two])
    expect((await mailsTo(admin)).map(({ subject }) => subject).sort()).toEqual([
      'A new API key',
      'A new account: approver',
      'A password was set',
    ])
})

describe('a reset', () => {
  it('takes the password too, and the invitation that goes by mail leads to a new one', async () => {
    const [one, two] = [await person('admin'), await person('admin')]
    await onlyThese(one, two)
    const approver = await person('approver')
    const email = `${approver.id}@example.com`
    const asked = await resetFactor(deps(), one, { userId: approver.id, code })
    if (!asked.ok || !asked.waits) throw new Error('not proposed')
    expect((await deps().people.findUser(approver.id))?.hasPassword).toBe(true)
    await decideAccess(deps(), two, { id: asked.waits.id, decision: 'confirmed', code })
    expect(await deps().people.findUser(approver.id)).toMatchObject({ hasPassword: false, hasFactor: false })
    const from = { ip: null, userAgent: null }
    expect(await signIn(deps(), { kind: 'stranger' }, { email, password: 'x', ...from })).toMatchObject({
      code: 'wrong_credentials',
    })
    const link = (await mailsTo(approver))
      .map(({ text }) => /\/invite\/(\S+)/.exec(text ?? '')?.[1])
      .find((token) => token !== undefined)
    const password = 'correct horse battery'
    expect(
      await acceptInvitation(deps(), { kind: 'stranger' }, { token: link ?? '', password, ...from }),
    ).toMatchObject({ ok: true, step: 'set_up' })
  })
})
