/** What takes two people: proposals, who hears of them, and what takes effect without a second admin. One file, because its cases share one portal. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accessNeedsTwo } from '#lib/payouts/access.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { decidePolicy } from '#lib/services/policy/decide-policy.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import { resetFactor } from '#lib/services/sign-in/reset-factor.ts'
import { signIn } from '#lib/services/sign-in/sign-in.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { accountName } from './admin-people.ts'
import { changeRole } from './change-role.ts'
import { createUser } from './create-user.ts'
import { decideAccess } from './decide-access.ts'
import { disableUser } from './disable-user.ts'
import { inviteUser } from './invite-user.ts'
import { setPassword } from './set-password.ts'
import { setPerson } from './set-person.ts'
import { showAccess } from './show-access.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
const code = '123456'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let staff: ReturnType<typeof createStaff>
const deps = () => portal.deps

/** An approver, or another role, invited by one admin and confirmed by another. */
async function invitedBy(admin: Person, second: Person, role: Role): Promise<Person> {
  const invited = await inviteUser(deps(), admin, staff.withEmail(role))
  if (!invited.ok) throw new Error(invited.code)
  if (invited.waits) {
    const confirmed = await decideAccess(deps(), second, {
      id: invited.waits.id,
      decision: 'confirmed',
      code,
    })
    if (!confirmed.ok) throw new Error(confirmed.code)
  }
  return staff.accountOf(invited.id)
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
  staff = createStaff(portal)
  portal.startWorker()
})
afterAll(() => portal.close())

describe('with a second admin', () => {
  let one: Person
  let two: Person
  beforeEach(async () => {
    one = await staff.person('admin', 'Adrian')
    two = await staff.person('admin', 'Berta')
    await staff.onlyThese(one, two)
  })

  it('code and database agree, scope by scope, which keys take two', async () => {
    for (const scope of apiScopes) {
      const inCode = accessNeedsTwo({ kind: 'key', whose: 'shop', owner: null, scopes: [scope] })
      const [row] = await portal.prisma.$queryRaw<{ two: boolean }[]>`
        SELECT access_needs_two('key', ${JSON.stringify({ scopes: [scope] })}::jsonb) AS two`
      expect(row?.two, scope).toBe(inCode)
      expect(inCode, scope).toBe(/:(write|retry)$/.test(scope))
    }
  })

  it('what gives power is only proposed, and the other one confirms it with a code', async () => {
    const clerk = await staff.person('clerk')
    const asked = [
      await inviteUser(deps(), one, staff.withEmail('approver')),
      await inviteUser(deps(), one, staff.withEmail('admin')),
      await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code }),
      await resetFactor(deps(), one, { userId: clerk.id, code }),
      await setPerson(deps(), one, { userId: clerk.id, sameAs: '', code }),
      await createApiKey(deps(), one, { name: 'shop', scopes: ['payouts:write'], code }),
      await createApiKey(deps(), one, { name: 'shop', scopes: ['grants:write'], code }),
      await createApiKey(deps(), one, { name: 'shop', scopes: ['payouts:retry'], code }),
      await createApiKey(deps(), one, { name: 'shop', scopes: ['receivers:write'], code }),
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
    expect((await staff.accountOf(clerk.id)).role).toBe('clerk')
    const shown = await showAccess(deps(), two)
    expect(shown.ok && shown.proposals.map(({ mayConfirm }) => mayConfirm)).toEqual(asked.map(() => true))
    // Auditors see them too, and decide nothing.
    const read = await showAccess(deps(), await staff.person('auditor'))
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
    expect((await staff.accountOf(clerk.id)).role).toBe('approver')
    expect(await showAccess(deps(), two)).toMatchObject({ proposals: [] })
  })

  it('tells the other admins by mail and by an open item, which closes with the decision', async () => {
    const invited = await inviteUser(deps(), one, staff.withEmail('approver'))
    if (!invited.ok || !invited.waits) throw new Error('not proposed')
    expect((await mailsTo(two)).map(({ subject }) => subject)).toEqual([
      'A change of access is waiting for a second administrator',
    ])
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
      ['A policy change is waiting for a second administrator', true],
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
        'A policy change is waiting for a second administrator',
      )
    if (set.ok) await decidePolicy(deps(), two, { version: set.policy.version, decision: 'rejected', code })
    expect(await items()).toEqual([])
  })

  it('what gives nobody power takes effect at once', async () => {
    const approver = await staff.person('approver')
    for (const answer of [
      await inviteUser(deps(), one, staff.withEmail('clerk')),
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

  it('keeps an approver from payouts asked for by the key of the admin who invited them, in the verb and in the database', async () => {
    const key = await keyBy(one, two)
    const [theirs, independent] = [await invitedBy(one, two, 'approver'), await staff.person('approver')]
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
    // They may approve what neither admin is behind: the invitation took two people.
    const foreign = await portal.until(
      await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'A' } }),
      'awaiting_approval',
    )
    expect(await approvePayout(deps(), theirs, seen(foreign))).toMatchObject({ ok: true })
    expect(await approvePayout(deps(), independent, seen(payout))).toMatchObject({ ok: true })
  })

  it('counts two accounts that one admin made as one approver', async () => {
    const [first, second, other] = [
      await invitedBy(one, two, 'approver'),
      await invitedBy(one, two, 'approver'),
      await staff.person('approver'),
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
    await staff.person('approver')
    await checkApprovable(deps())
    expect(await portal.items(id)).not.toContain('approval_blocked')
  })

  it('does not accept an admin whom the first one made, neither for rights nor for the policy', async () => {
    await staff.onlyThese(one)
    const own = await inviteUser(deps(), one, staff.withEmail('admin'))
    if (!own.ok) throw new Error(own.code)
    await staff.later(25)
    const puppet = await staff.accountOf(own.id)
    const invited = await inviteUser(deps(), one, staff.withEmail('approver'))
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
    const clerk = await staff.person('clerk')
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
    one = await staff.person('admin', 'Adrian')
    clerk = await staff.person('clerk')
    await staff.onlyThese(one)
  })

  it('a proposal takes effect after a time that all staff are told, and can be withdrawn until then', async () => {
    const asked = await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code })
    if (!asked.ok || !asked.waits?.dueAt) throw new Error('no waiting time')
    const hours = (asked.waits.dueAt.getTime() - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(23.9)
    expect(hours).toBeLessThan(24.1)
    for (const told of [one, clerk])
      expect((await mailsTo(told)).map(({ subject }) => subject)).toContain(
        'A change of access is about to take effect',
      )
    await staff.later(23)
    expect((await staff.accountOf(clerk.id)).role).toBe('clerk')
    await staff.later(2)
    expect((await staff.accountOf(clerk.id)).role).toBe('approver')
    expect((await mailsTo(one)).map(({ subject }) => subject)).toContain(
      'A change of access has taken effect',
    )

    const again = await resetFactor(deps(), one, { userId: clerk.id, code })
    if (!again.ok || !again.waits) throw new Error('not proposed')
    await decideAccess(deps(), one, { id: again.waits.id, decision: 'withdrawn', code: '' })
    await staff.later(25)
    expect((await deps().people.findUser(clerk.id))?.hasPassword).toBe(true)
  })

  it('the operator sets the waiting time', async () => {
    await deps().settings.change({ accessWaitH: 72 }, operator)
    const asked = await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code })
    await deps().settings.change({ accessWaitH: 24 }, operator)
    if (!asked.ok || !asked.waits?.dueAt) throw new Error('no waiting time')
    expect(asked.waits.dueAt.getTime() - Date.now()).toBeGreaterThan(71 * 3_600_000)
  })

  it('nothing takes effect that was proposed by somebody who was then disabled', async () => {
    await changeRole(deps(), one, { userId: clerk.id, role: 'approver', code })
    await disableUser(deps(), operator, { email: `${one.id}@example.com` })
    await staff.later(25)
    expect((await staff.accountOf(clerk.id)).role).toBe('clerk')
  })

  it('the policy alone never approves what one person’s key asked for', async () => {
    const made = await createApiKey(deps(), one, { name: 'shop', code })
    if (!made.ok) throw new Error(made.code)
    await staff.later(25)
    await staff.approvedByPolicy(['api'])
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
    // A key of the operator is independent of everybody.
    await portal.until(await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } }), 'paid')
  })
})

it('the operator acts at once, and every admin is told', async () => {
  const [one, two] = [await staff.person('admin'), await staff.person('admin')]
  await staff.onlyThese(one, two)
  const email = `${randomUUID()}@example.com`
  const password = 'correct horse battery'
  const made = await createUser(deps(), operator, { email, role: 'approver', password })
  const key = await createApiKey(deps(), operator, { name: 'shop' })
  if (!made.ok || !key.ok) throw new Error('refused')
  await setPassword(deps(), operator, { email, password: 'another horse battery' })
  expect(await authenticateApiKey(deps(), key.key)).toMatchObject({ ok: true })
  const id = await portal.ask({ currency: 'USD', receiver: { externalId: randomUUID(), firstName: 'Ada' } })
  const payout = await portal.until(id, 'awaiting_approval')
  expect(await approvePayout(deps(), await staff.accountOf(made.id), seen(payout))).toMatchObject({
    ok: true,
  })
  for (const admin of [one, two])
    expect((await mailsTo(admin)).map(({ subject }) => subject).sort()).toEqual([
      'A password was set',
      'New API key: shop',
      `New account: ${accountName({ name: email.slice(0, 36), email })}`,
    ])
})

describe('a reset', () => {
  it('takes away the password too, and the mailed invitation leads to a new one', async () => {
    const [one, two] = [await staff.person('admin'), await staff.person('admin')]
    await staff.onlyThese(one, two)
    const approver = await staff.person('approver')
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
