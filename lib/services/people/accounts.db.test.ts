/** What admins do to accounts, and what people do to their own. The test portal takes any six digits as a code. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import type { Deps } from '#lib/services/ports.ts'
import { changePassword } from '#lib/services/sign-in/change-password.ts'
import { endOtherSessions, endOwnSession, endSessionsOf } from '#lib/services/sign-in/end-sessions.ts'
import { findSession } from '#lib/services/sign-in/find-session.ts'
import { beginFactor, renewRecoveryCodes, replaceFactor } from '#lib/services/sign-in/replace-factor.ts'
import { resetFactor } from '#lib/services/sign-in/reset-factor.ts'
import { rotateSession } from '#lib/services/sign-in/rotate-session.ts'
import { lifetimeOf, openSession } from '#lib/services/sign-in/sessions.ts'
import { showAccount } from '#lib/services/sign-in/show-account.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { changeRole } from './change-role.ts'
import { createUser } from './create-user.ts'
import { demoPeople, showDemoCodes } from './demo-codes.ts'
import { disableUser } from './disable-user.ts'
import { inviteAgain, inviteUser } from './invite-user.ts'
import { setPerson } from './set-person.ts'
import { showPeople } from './show-people.ts'

const operator: Actor = { kind: 'operator', name: 'Test operator' }
const from = { ip: '192.0.2.1', userAgent: 'Firefox/120.0 (Linux)' }
const password = 'correct horse battery'
const code = '123456'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
beforeAll(async () => {
  portal = await createTestPortal()
  // Three approvers are needed, so that what one approved stays open.
  const rules = [{ name: 'Three', source: 'any' as const, from: '0', approvers: 3 }]
  const rest = { currencies: { EUR: { ...plainCurrency, rules } }, risk: {} }
  await portal.deps.policy.set(rest, 'for these tests', operator)
  portal.startWorker()
  deps = portal.deps
})
afterAll(() => portal.close())

type Person = Extract<Actor, { kind: 'user' }> & { email: string }

async function person(role: Role): Promise<Person> {
  const email = `${randomUUID()}@demo.example`
  const factor = role === 'receiver' ? {} : { totpSecret: 'JBSWY3DPEHPK3PXP' }
  const made = await createUser(deps, operator, { email, role, password, name: 'Ana', ...factor })
  if (!made.ok) throw new Error(made.code)
  return { kind: 'user', id: made.id, role, name: 'Ana', receiverId: null, email }
}
async function sessionOf({ id }: { id: string }): Promise<string> {
  const user = await deps.people.findUser(id)
  if (!user) throw new Error('nobody')
  return openSession(deps, user, from, 'second_factor')
}
const auditOf = async (subject: string) =>
  (await portal.prisma.auditEvent.findMany({ where: { subject }, orderBy: { id: 'asc' } })).map(
    ({ kind }) => kind,
  )

describe('an admin', () => {
  it('needs a code for each act, asked for once everything else is right', async () => {
    const [admin, other] = [await person('admin'), await person('clerk')]
    const acts: Record<string, (by: Actor, code: string) => Promise<{ ok: boolean; code?: string }>> = {
      role: (by, code) => changeRole(deps, by, { userId: other.id, role: 'auditor', code }),
      sessions: (by, code) => endSessionsOf(deps, by, { userId: other.id, code }),
      factor: (by, code) => resetFactor(deps, by, { userId: other.id, code }),
      person: (by, code) => setPerson(deps, by, { userId: other.id, sameAs: admin.id, code }),
      again: (by, code) => inviteAgain(deps, by, { userId: other.id, code }),
      invite: (by, code) =>
        inviteUser(deps, by, { name: 'N', email: `${randomUUID()}@demo.example`, role: 'clerk', code }),
      key: (by, code) => createApiKey(deps, by, { name: 'k', code }),
      disable: (by, code) => disableUser(deps, by, { email: other.email, code }),
    }
    for (const [what, act] of Object.entries(acts)) {
      expect(await act(admin, ''), what).toEqual({ ok: false, code: 'step_up_required' })
      expect(await act(admin, 'wrong'), what).toEqual({ ok: false, code: 'wrong_code' })
      expect(await act(admin, code), what).toMatchObject({ ok: true })
    }
    expect(await auditOf(other.id)).toEqual([
      'user_created',
      'role_changed',
      'sessions_ended',
      // These two wait for another admin.
      'access_proposed',
      'access_proposed',
      'invited',
      'user_disabled',
    ])
  })

  it('cannot change their own role or disable their own account', async () => {
    const admin = await person('admin')
    const own = { userId: admin.id, code }
    for (const answer of [
      await changeRole(deps, admin, { ...own, role: 'approver' }),
      await resetFactor(deps, admin, own),
      await endSessionsOf(deps, admin, own),
      await setPerson(deps, admin, { ...own, sameAs: '' }),
      await inviteAgain(deps, admin, own),
      await disableUser(deps, admin, { email: admin.email, code }),
    ])
      expect(answer).toEqual({ ok: false, code: 'own_account' })
  })

  it('sees who has a second factor, who was seen when, and who is one person', async () => {
    const [admin, one, two] = [await person('admin'), await person('approver'), await person('approver')]
    await sessionOf(one)
    await setPerson(deps, operator, { userId: two.id, sameAs: one.id, code })
    const shown = await showPeople(deps, admin)
    const row = shown.ok ? shown.people.find(({ id }) => id === one.id) : undefined
    expect(row).toMatchObject({ hasFactor: true, openSessions: 1, alsoIs: [{ id: two.id }] })
    expect(row?.lastSeenAt).toBeInstanceOf(Date)
    expect(JSON.stringify(shown)).not.toContain('JBSWY3DPEHPK3PXP')
  })
})

describe('somebody who stops being an approver', () => {
  const waiting = async () => portal.until(await portal.ask(), 'awaiting_approval')

  it.each(['role', 'disabled'] as const)(
    'loses what they approved in the same moment, and their sessions: %s',
    async (how) => {
      const [admin, ana] = [await person('admin'), await person('approver')]
      const token = await sessionOf(ana)
      const payout = await waiting()
      expect(await approvePayout(deps, ana, seen(payout))).toMatchObject({ ok: true })
      const answer =
        how === 'role'
          ? await changeRole(deps, admin, { userId: ana.id, role: 'clerk', code })
          : await disableUser(deps, admin, { email: ana.email, code })
      expect(answer).toMatchObject({ ok: true, ...(how === 'role' && { voided: 1 }) })
      const [approval] = await deps.approvals.forPayouts([payout.id])
      expect(approval).toMatchObject({ approverId: ana.id, counts: false })
      expect(approval?.voidedAt).toBeInstanceOf(Date)
      expect(await findSession(deps, token)).toBeNull()
    },
  )

  it('an account that turns out to be an approver’s other one no longer counts beside theirs', async () => {
    const [ana, alias] = [await person('approver'), await person('approver')]
    const payout = await waiting()
    for (const by of [ana, alias])
      expect(await approvePayout(deps, by, seen(payout))).toMatchObject({ ok: true })
    expect(await setPerson(deps, operator, { userId: alias.id, sameAs: ana.id, code })).toEqual({
      ok: true,
      voided: 1,
      waits: null,
    })
    const counting = (await deps.approvals.forPayouts([payout.id])).filter(({ counts }) => counts)
    expect(counting.map(({ approverId }) => approverId)).toEqual([ana.id])
    expect(await approvePayout(deps, alias, seen(payout))).toMatchObject({ code: 'approved_by_you' })
  })
})

describe('everybody', () => {
  it('change their own password with the present one, staff with a code, and their other sessions end', async () => {
    for (const role of ['clerk', 'receiver'] as const) {
      const me = await person(role)
      const [here, elsewhere] = [await sessionOf(me), await sessionOf(me)]
      const input = { token: here, present: password, password: 'another long password', code }
      if (role === 'clerk') await deps.people.chooseLanguage(me.id, 'ru')
      const change = (more: Partial<typeof input>) => changePassword(deps, me, { ...input, ...more })
      expect(await change({ present: 'not it' })).toMatchObject({ code: 'wrong_password' })
      expect(await change({ password: 'short' })).toMatchObject({ code: 'weak_password' })
      expect(await change({ token: 'made up' })).toMatchObject({ code: 'unauthorized' })
      if (role === 'clerk') expect(await change({ code: '' })).toMatchObject({ code: 'step_up_required' })
      expect(await change(role === 'clerk' ? {} : { code: '' })).toEqual({ ok: true })
      expect(await findSession(deps, here)).not.toBeNull()
      expect(await findSession(deps, elsewhere)).toBeNull()
      expect(await change({})).toMatchObject({ code: 'wrong_password' })
      const [mail] = await deps.mails.latest(1)
      const subject = role === 'clerk' ? 'Ваш пароль изменён' : 'Your password was changed'
      expect(mail).toMatchObject({ recipient: me.email, subject })
      expect(mail?.text).toContain(role === 'clerk' ? 'сообщите администратору' : 'contact us at once')
    }
  })

  it('see their own sessions, and end one or all others, but nobody else’s', async () => {
    const [me, other] = [await person('auditor'), await person('auditor')]
    const tokens = [await sessionOf(me), await sessionOf(me), await sessionOf(me)] as const
    const shown = await showAccount(deps, me, { token: tokens[0] })
    const sessions = shown.ok ? shown.account.sessions : []
    expect(sessions).toHaveLength(3)
    expect(sessions.filter(({ isHere }) => isHere)).toHaveLength(1)
    expect(sessions[0]).toMatchObject({ ip: from.ip, userAgent: from.userAgent })
    const second = await findSession(deps, tokens[1])
    const sessionId = second?.sessionId ?? ''
    expect(await endOwnSession(deps, other, { sessionId })).toMatchObject({ code: 'not_found' })
    expect(await endOwnSession(deps, me, { sessionId })).toEqual({ ok: true })
    expect(await findSession(deps, tokens[1])).toBeNull()
    expect(await endOtherSessions(deps, other, { token: tokens[0] })).toMatchObject({ code: 'unauthorized' })
    expect(await endOtherSessions(deps, me, { token: tokens[0] })).toEqual({ ok: true, ended: 1 })
    expect(await findSession(deps, tokens[2])).toBeNull()
    expect(await findSession(deps, tokens[0])).not.toBeNull()
  })

  it('replace their second factor with a code of the old and one of the new, and their other sessions end', async () => {
    const [me, other] = [await person('approver'), await person('approver')]
    const [here, elsewhere] = [await sessionOf(me), await sessionOf(me)]
    expect(await beginFactor(deps, me, { code: '' })).toMatchObject({ code: 'step_up_required' })
    const begun = await beginFactor(deps, me, { code })
    const attempt = begun.ok ? begun.attempt : ''
    const finish = (by: Actor, token: string, given: string) =>
      replaceFactor(deps, by, { attempt, token, code: given })
    expect(await finish(me, here, '654321')).toMatchObject({ code: 'wrong_code' })
    expect(await finish(other, await sessionOf(other), code)).toMatchObject({ code: 'attempt_over' })
    expect(await finish(me, 'made up', code)).toMatchObject({ code: 'unauthorized' })
    const [done, again] = await Promise.all([finish(me, here, code), finish(me, here, code)])
    expect([done, again].filter(({ ok }) => ok)).toHaveLength(1)
    expect(await findSession(deps, here)).not.toBeNull()
    expect(await findSession(deps, elsewhere)).toBeNull()
    expect(await deps.signIn.recoveryCodesLeft(me.id)).toBe(2)
    expect(await renewRecoveryCodes(deps, me, { code: '' })).toMatchObject({ code: 'step_up_required' })
    expect(await renewRecoveryCodes(deps, me, { code })).toMatchObject({ ok: true })
    expect(await deps.signIn.recoveryCodesLeft(me.id)).toBe(2)
    expect(await auditOf(me.id)).toEqual([
      'user_created',
      'signed_in',
      'signed_in',
      'factor_replaced',
      'recovery_codes_renewed',
    ])
  })
})

describe('a session', () => {
  it('goes on under another token, and only for the person it belongs to', async () => {
    for (const role of ['clerk', 'receiver'] as const) {
      const [me, other] = [await person(role), await person(role)]
      const token = await sessionOf(me)
      expect(await rotateSession(deps, other, { token })).toMatchObject({ code: 'unauthorized' })
      const before = await findSession(deps, token)
      const rotated = await rotateSession(deps, me, { token })
      if (!rotated.ok) throw new Error(rotated.code)
      expect(await findSession(deps, token)).toBeNull()
      expect(await findSession(deps, rotated.token)).toEqual(before)
      expect(rotated.remainingMs).toBeGreaterThan(lifetimeOf(rotated.token) - 60_000)
      expect(rotated.remainingMs).toBeLessThanOrEqual(lifetimeOf(rotated.token))
      expect(await rotateSession(deps, me, { token })).toMatchObject({ code: 'unauthorized' })
    }
    expect([lifetimeOf('s_x'), lifetimeOf('r_x')]).toEqual([8 * 3_600_000, 30 * 86_400_000])
  })
})

describe('the demo codes', () => {
  it('are those of the demo accounts that exist and have a second factor, and only beside a demo mailbox', async () => {
    expect(await showDemoCodes(deps)).toMatchObject({ ok: true, codes: [] })
    for (const one of demoPeople)
      if (one.role !== 'auditor') await createUser(deps, operator, { ...one, password })
    const shown = await showDemoCodes(deps)
    const codes = shown.ok ? shown.codes : []
    expect(codes.map(({ role }) => role)).toEqual(['clerk', 'approver', 'approver', 'admin', 'admin'])
    expect(codes[0]).toMatchObject({ email: 'clerk@demo.example', now: code })
    expect(new Set(demoPeople.map(({ totpSecret }) => totpSecret).filter(Boolean)).size).toBe(6)
    const real = { ...deps, config: { ...deps.config, demoMailbox: false } }
    expect(await showDemoCodes(real)).toEqual({ ok: false, code: 'not_found' })
  })
})
