/**
 * Every way into a session, and that none of them leads staff past the second factor, with the real factor on a real database. One file,
 * because it is the complete list.
 */
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVault } from '#lib/db/seal/vault.ts'
import { createSecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { createRateLimit } from '#lib/runtime/rate-limit.ts'
import { createSecondFactor } from '#lib/runtime/second-factor.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { acceptInvitation, peekInvitation } from '#lib/services/people/accept-invitation.ts'
import { changeRole } from '#lib/services/people/change-role.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import { inviteUser } from '#lib/services/people/invite-user.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { findSession } from './find-session.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { requestSignInLink } from './request-sign-in-link.ts'
import { resetFactor } from './reset-factor.ts'
import { freshToken, openSession } from './sessions.ts'
import { setUpFactor } from './set-up-factor.ts'
import { showAttempt } from './sign-in-attempts.ts'
import { signIn } from './sign-in.ts'
import { useSignInLink } from './use-sign-in-link.ts'

const operator: Actor = { kind: 'operator', name: 'Test operator' }
const stranger: Actor = { kind: 'stranger' }
const from = { ip: '192.0.2.1', userAgent: 'test' }
const password = 'correct horse battery'
const staffRoles = ['clerk', 'approver', 'admin', 'auditor'] as const satisfies Role[]
const stepMs = 30_000

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
let now: number

beforeAll(async () => {
  portal = await createTestPortal()
  const store = createSecondFactorStore(
    portal.prisma,
    createVault([{ id: 'test', key: Buffer.alloc(32, 7) }]),
  )
  const free = () => Promise.resolve(true)
  deps = { ...portal.deps, secondFactor: createSecondFactor(store, free, () => now) }
})
beforeEach(() => {
  now = Date.now()
})
afterAll(() => portal.close())

async function person(role: Role, totpSecret: string | null) {
  const email = `${randomUUID()}@demo.example`
  const made = await createUser(deps, operator, { email, role, password, totpSecret })
  if (!made.ok) throw new Error(made.code)
  return { id: made.id, email }
}
const sessionsOf = (userId: string) => portal.prisma.session.count({ where: { userId } })
const secretOf = () => deps.secondFactor.offer('x').secret
const codeOf = (secret: string, stepsAhead = 0) => deps.secondFactor.codeNow(secret, stepsAhead)
const finish = (attempt: string, code: string) => finishSignIn(deps, stranger, { attempt, code, ...from })
const setUp = (attempt: string, code: string) => setUpFactor(deps, stranger, { attempt, code, ...from })

async function attemptOf(email: string): Promise<string> {
  const half = await signIn(deps, stranger, { email, password, ...from })
  if (!half.ok || half.step === 'in') throw new Error('no attempt')
  return half.attempt
}

describe('every way in', () => {
  it('is one of these: if you add one, add it here and to the tests below', () => {
    const sources = globSync('lib/services/*/*.ts')
      .filter((path) => !path.includes('.test.'))
      .map((path) => ({ file: basename(path), text: readFileSync(path, 'utf8') }))
    const using = (word: string) => sources.filter(({ text }) => text.includes(word)).map(({ file }) => file)
    expect(using('sessions.create(')).toEqual(['sessions.ts'])
    expect(using('openSession(').sort()).toEqual([
      'finish-sign-in.ts',
      'sessions.ts',
      'set-up-factor.ts',
      'sign-in-attempts.ts',
      'use-sign-in-link.ts',
    ])
    expect(using('letIn(').sort()).toEqual(['accept-invitation.ts', 'sign-in-attempts.ts', 'sign-in.ts'])
  })

  it.each(staffRoles)('opens no session for a %s without the factor', async (role) => {
    const secret = secretOf()
    const { id, email } = await person(role, secret)

    // The password alone.
    const half = await signIn(deps, stranger, { email, password, ...from })
    expect(half).toEqual({ ok: true, step: 'code', attempt: expect.any(String) as string })
    const attempt = half.ok && half.step === 'code' ? half.attempt : ''
    // What it gives is not a session, whatever you call it.
    for (const token of [attempt, `s_${attempt}`, `r_${attempt}`])
      expect(await findSession(deps, token)).toBeNull()
    // Nor can it set up another factor.
    expect(await setUp(attempt, await codeOf(secret))).toMatchObject({ code: 'attempt_over' })
    expect(await finish(attempt, '')).toMatchObject({ code: 'step_up_required' })
    expect(await finish(attempt, '000000x')).toMatchObject({ code: 'wrong_code' })
    expect(await finish('made up', await codeOf(secret))).toMatchObject({ code: 'attempt_over' })

    // A mail link: none is sent, and one that was made anyway opens nothing.
    expect(await requestSignInLink(deps, stranger, { email, ip: from.ip })).toEqual({ ok: true })
    expect(await portal.prisma.signInLink.count({ where: { userId: id } })).toBe(0)
    const link = freshToken()
    await deps.signIn.createSignInLink(
      { tokenHash: hashToken(link), userId: id, lifetimeMs: 60_000, ip: null },
      { to: email, dedupeKey: link, subject: 'Your link', text: 'Here' },
      stranger,
    )
    expect(await useSignInLink(deps, stranger, { token: link, ...from })).toMatchObject({
      code: 'link_used_up',
    })

    // An invitation, for a forgotten password.
    const invitation = freshToken()
    const draft = { tokenHash: hashToken(invitation), userId: id, lifetimeMs: 60_000, invitedByName: 'A' }
    await deps.access.invite(draft, operator)
    const accepted = await acceptInvitation(deps, stranger, { token: invitation, password, ...from })
    expect(accepted).toMatchObject({ ok: true, step: 'code' })

    // A caller that gets everything wrong.
    const user = (await deps.people.findUser(id))!
    for (const proof of ['password', 'link'] as const)
      await expect(openSession(deps, user, from, proof)).rejects.toThrow('second factor')
    expect(await sessionsOf(id)).toBe(0)

    // The factor.
    const last = accepted.ok && accepted.step === 'code' ? accepted.attempt : ''
    const signedIn = await finish(last, await codeOf(secret))
    expect(signedIn).toMatchObject({ ok: true, step: 'in', actor: { id, role } })
    expect(await sessionsOf(id)).toBe(1)
  })

  it('makes staff set up a first factor before they get in, and only one, however many try at once', async () => {
    const { id, email } = await person('approver', null)
    const attempts = await Promise.all([attemptOf(email), attemptOf(email), attemptOf(email)])
    const offers = await Promise.all(attempts.map((attempt) => showAttempt(deps, attempt)))
    const secrets = offers.map((offer) => (offer.ok ? (offer.offered?.secret ?? '') : ''))
    expect(new Set(secrets).size).toBe(3)
    expect(await finish(attempts[0], '123456')).toMatchObject({ code: 'attempt_over' })
    expect(await setUp(attempts[0], await codeOf(secrets[1]!))).toMatchObject({ code: 'wrong_code' })
    expect(await sessionsOf(id)).toBe(0)

    const codes = await Promise.all(secrets.map((secret) => codeOf(secret)))
    const made = await Promise.all(attempts.map((attempt, n) => setUp(attempt, codes[n]!)))
    expect(made.filter(({ ok }) => ok)).toHaveLength(1)
    expect(made.filter(({ ok }) => !ok)).toEqual([
      { ok: false, code: 'attempt_over' },
      { ok: false, code: 'attempt_over' },
    ])
    expect(await sessionsOf(id)).toBe(1)

    // The code that proved it does not count again; the next one does, and each recovery code once.
    const won = made.findIndex(({ ok }) => ok)
    const winner = made[won]!
    expect(await finish(await attemptOf(email), codes[won]!)).toMatchObject({ code: 'code_used' })
    const recovery = winner.ok ? winner.recoveryCodes : []
    expect(recovery).toHaveLength(10)
    expect(await finish(await attemptOf(email), recovery[0]!)).toMatchObject({ ok: true })
    expect(await finish(await attemptOf(email), recovery[0]!)).toMatchObject({ code: 'wrong_code' })
    now += stepMs
    expect(await finish(await attemptOf(email), await codeOf(secrets[won]!))).toMatchObject({ ok: true })
    const kept = JSON.stringify([
      await portal.prisma.user.findMany({ where: { id }, omit: { totpLastStep: true } }),
      await portal.prisma.signInAttempt.findMany({ where: { userId: id } }),
      await portal.prisma.recoveryCode.findMany({ where: { userId: id } }),
    ])
    for (const hidden of [...secrets, ...recovery, ...attempts]) expect(kept).not.toContain(hidden)
  })

  it('lets in one of ten who send the same code, with one attempt or with ten', async () => {
    const secret = secretOf()
    const { id, email } = await person('clerk', secret)
    const one = await attemptOf(email)
    const ten = await Promise.all(Array.from({ length: 9 }, () => attemptOf(email)))
    const code = await codeOf(secret)
    const answers = await Promise.all([one, one, ...ten].map((attempt) => finish(attempt, code)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await sessionsOf(id)).toBe(1)
  })

  it('ends five minutes after the password', async () => {
    const secret = secretOf()
    const { email } = await person('clerk', secret)
    const attempt = await attemptOf(email)
    await portal.prisma.$executeRaw`UPDATE sign_in_attempt SET expires_at = now() - interval '1 second'`
    expect(await finish(attempt, await codeOf(secret))).toMatchObject({ code: 'attempt_over' })
    expect(await showAttempt(deps, attempt)).toMatchObject({ code: 'attempt_over' })
  })

  it('is counted before anything is looked up', async () => {
    const counted: string[] = []
    const full: Deps = {
      ...deps,
      rateLimit: (bucket) => {
        counted.push(bucket)
        return Promise.resolve(false)
      },
    }
    const { email } = await person('clerk', secretOf())
    const answers = await Promise.all([
      signIn(full, stranger, { email, password, ...from }),
      finishSignIn(full, stranger, { attempt: 'x', code: '1', ...from }),
      setUpFactor(full, stranger, { attempt: 'x', code: '1', ...from }),
      acceptInvitation(full, stranger, { token: 'x', password, ...from }),
      useSignInLink(full, stranger, { token: 'x', ...from }),
      requestSignInLink(full, stranger, { email, ip: from.ip }),
    ])
    for (const answer of answers) expect(answer).toEqual({ ok: false, code: 'rate_limited' })
    // The first factor's code is counted by person: with the password, codes could be tried from many addresses.
    const fresh = await person('clerk', null)
    const attempt = await attemptOf(fresh.email)
    const limit = createRateLimit((text, values) => portal.prisma.$queryRawUnsafe(text, ...values))
    const limited: Deps = { ...deps, rateLimit: limit }
    const tries = []
    for (let n = 0; n < 12; n++)
      tries.push(
        await setUpFactor(limited, stranger, { attempt, code: 'wrong', ...from, ip: `192.0.2.${n}` }),
      )
    expect(tries.at(-1)).toEqual({ ok: false, code: 'rate_limited' })
  })
})

describe('what closes a way in', () => {
  it('makes a session without the factor worthless: one from before factors, or after a reset', async () => {
    const secret = secretOf()
    const { id, email } = await person('clerk', secret)
    const signedIn = await finish(await attemptOf(email), await codeOf(secret))
    const token = signedIn.ok ? signedIn.token : ''
    expect(await findSession(deps, token)).not.toBeNull()
    const waiting = await attemptOf(email)
    await resetFactor(deps, operator, { userId: id, code: '' })
    expect(await findSession(deps, token)).toBeNull()
    now += stepMs
    expect(await finish(waiting, await codeOf(secret))).toMatchObject({ code: 'attempt_over' })
    // Knowing the password must not be enough to set up the next factor: the mail leads to both.
    expect(await signIn(deps, stranger, { email, password, ...from })).toMatchObject({
      code: 'wrong_credentials',
    })
    const mails = (await deps.mails.latest(2)).map(({ recipient, subject }) => [recipient, subject])
    expect(mails).toContainEqual([email, 'Your password and second factor were reset'])
    expect(mails).toContainEqual([email, 'Choose a new password'])

    const old = await person('clerk', null)
    const user = (await deps.people.findUser(old.id))!
    expect(await findSession(deps, await openSession(deps, user, from, 'second_factor'))).toBeNull()
  })

  it('a new role ends sessions and attempts, and a receiver never becomes staff', async () => {
    const secret = secretOf()
    const { id, email } = await person('clerk', secret)
    const signedIn = await finish(await attemptOf(email), await codeOf(secret))
    const waiting = await attemptOf(email)
    expect(await changeRole(deps, operator, { userId: id, role: 'approver', code: '' })).toEqual({
      ok: true,
      voided: 0,
      waits: null,
    })
    expect(await findSession(deps, signedIn.ok ? signedIn.token : '')).toBeNull()
    expect(await showAttempt(deps, waiting)).toMatchObject({ code: 'attempt_over' })
    const receiver = await person('receiver', null)
    for (const [userId, role] of [
      [receiver.id, 'clerk'],
      [id, 'receiver'],
    ] as const)
      expect(await changeRole(deps, operator, { userId, role, code: '' })).toMatchObject({
        code: 'invalid_request',
      })
  })
})

describe('an invitation', () => {
  async function invited(role: Role) {
    const email = `${randomUUID()}@demo.example`
    const made = await inviteUser(deps, operator, { name: 'Nina New', email, role, code: '' })
    if (!made.ok) throw new Error(made.code)
    const [mail] = (await deps.mails.latest(50)).filter(({ recipient }) => recipient === email)
    return { id: made.id, email, token: /\/invite\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? 'none' }
  }
  const accept = (token: string, word = password) =>
    acceptInvitation(deps, stranger, { token, password: word, ...from })

  it('can be looked at without using it up, lets nobody in before, and works once', async () => {
    const { id, email, token } = await invited('clerk')
    expect(await signIn(deps, stranger, { email, password: '', ...from })).toMatchObject({
      code: 'wrong_credentials',
    })
    for (let look = 0; look < 3; look++)
      expect(await peekInvitation(deps, token)).toMatchObject({ ok: true, email, name: 'Nina New' })
    expect(await accept(token, 'short')).toMatchObject({ code: 'weak_password' })
    expect(await accept(token, 'Password123456')).toMatchObject({ code: 'weak_password' })
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept(token)))
    expect(answers.filter(({ ok }) => ok)).toMatchObject([{ step: 'set_up' }])
    expect(await peekInvitation(deps, token)).toMatchObject({ code: 'invitation_over' })
    expect(await sessionsOf(id)).toBe(0)
    expect(await signIn(deps, stranger, { email, password, ...from })).toMatchObject({ step: 'set_up' })
    expect(JSON.stringify(await portal.prisma.invitation.findMany())).not.toContain(token)
  })

  it('lets a receiver in, who has no second factor', async () => {
    const { token } = await invited('receiver')
    expect(await accept(token)).toMatchObject({ ok: true, step: 'in' })
  })

  it('ends after 72 hours', async () => {
    const { id, token } = await invited('clerk')
    const [row] = await portal.prisma.invitation.findMany({ where: { userId: id } })
    expect(Math.round((row!.expiresAt.getTime() - row!.createdAt.getTime()) / 3_600_000)).toBe(72)
    await portal.prisma.invitation.updateMany({ where: { userId: id }, data: { expiresAt: new Date(0) } })
    expect(await accept(token)).toMatchObject({ code: 'invitation_over' })
  })
})
