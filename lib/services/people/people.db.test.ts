import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiScopes, roles, usualScopes } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { createRateLimit } from '#lib/runtime/rate-limit.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import type { Deps } from '#lib/services/ports.ts'
import { findSession } from '#lib/services/sign-in/find-session.ts'
import { finishSignIn } from '#lib/services/sign-in/finish-sign-in.ts'
import { requestSignInLink } from '#lib/services/sign-in/request-sign-in-link.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { signIn } from '#lib/services/sign-in/sign-in.ts'
import { signOut } from '#lib/services/sign-in/sign-out.ts'
import { peekSignInLink, useSignInLink } from '#lib/services/sign-in/use-sign-in-link.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { changeEmail } from './change-email.ts'
import { createUser } from './create-user.ts'
import { disableUser } from './disable-user.ts'
import { setPassword } from './set-password.ts'

const operator: Actor = { kind: 'operator', name: 'Test operator' }
const stranger: Actor = { kind: 'stranger' }
const from = { ip: '192.0.2.1', userAgent: 'test' }
const password = 'correct horse'
const totpSecret = 'JBSWY3DPEHPK3PXP'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
/** Buckets and keys that were counted, and what to answer. */
let counted: string[]
let allowed: boolean

beforeAll(async () => {
  portal = await createTestPortal()
  deps = {
    ...portal.deps,
    rateLimit: (bucket, key) => {
      counted.push(`${bucket} ${key}`)
      return Promise.resolve(allowed)
    },
  }
})
beforeEach(() => {
  counted = []
  allowed = true
})
afterAll(() => portal.close())

async function person(
  role: Role = 'approver',
  more: { password?: string | null; totpSecret?: string | null } = {},
): Promise<{ id: string; email: string }> {
  const email = `${randomUUID()}@demo.example`
  const factor = role === 'receiver' ? {} : { totpSecret }
  const created = await createUser(deps, operator, { email, role, password, ...factor, ...more })
  if (!created.ok) throw new Error(created.code)
  return { id: created.id, email }
}
/** E-mail and password alone. */
const begin = (email: string, word = password) => signIn(deps, stranger, { email, password: word, ...from })

/** All the way in; codes are the stand-in's. */
async function enter(email: string, word = password) {
  const half = await begin(email, word)
  if (!half.ok || half.step === 'in') return half
  return finishSignIn(deps, stranger, { attempt: half.attempt, code: '123456', ...from })
}

async function tokenOf(email: string): Promise<string> {
  const result = await enter(email)
  if (!result.ok) throw new Error(result.code)
  return result.token
}

describe('signing in with a password', () => {
  it('opens a session that leads back to the person, whatever case the e-mail is typed in', async () => {
    const { id, email } = await person()
    const result = await enter(` ${email.toUpperCase()} `)
    expect(result).toMatchObject({ ok: true, actor: { kind: 'user', id, role: 'approver' } })
    const token = result.ok ? result.token : 'none'
    const found = await findSession(deps, token)
    expect(found?.actor).toMatchObject({ id, role: 'approver' })
    const kept = JSON.stringify(await portal.prisma.session.findMany({ where: { userId: id } }))
    expect(kept).not.toContain(token)
  })

  it('says the same to a wrong password, an unknown e-mail, a disabled person and one without a password', async () => {
    const [{ email }, gone, linkOnly] = [
      await person(),
      await person(),
      await person('receiver', { password: null }),
    ]
    await disableUser(deps, operator, gone)
    const answers = await Promise.all([
      enter(email, 'wrong password'),
      enter('nobody@demo.example'),
      enter(gone.email),
      enter(linkOnly.email),
      enter(linkOnly.email, ''),
    ])
    for (const answer of answers) expect(answer).toEqual({ ok: false, code: 'wrong_credentials' })
  })

  it('checks some password even when nobody has this e-mail, so that the time tells nothing', async () => {
    const checked: string[] = []
    const counting = {
      ...deps,
      passwords: {
        ...deps.passwords,
        verify: (hash: string, word: string) => {
          checked.push(word)
          return deps.passwords.verify(hash, word)
        },
      },
    }
    await signIn(counting, stranger, { email: 'nobody@demo.example', password: 'a guess', ...from })
    expect(checked).toEqual(['a guess'])
  })

  it('is counted by address, and refused before anything is looked at; wrong ones by account too', async () => {
    const { id, email } = await person()
    allowed = false
    expect(await begin(email)).toEqual({ ok: false, code: 'rate_limited' })
    expect(counted).toEqual(['sign_in ip:192.0.2.1'])
    allowed = true
    counted = []
    await begin(email, 'wrong')
    expect(counted).toEqual([
      'sign_in ip:192.0.2.1',
      'guess_minute 192.0.2.1',
      'guess_day 192.0.2.1',
      `account_day email:${email}`,
      `noted sign_in:${id}`,
    ])
  })

  it('and signing out end at the very next request; signing out twice harms nobody', async () => {
    const { email } = await person()
    const [one, two] = [await tokenOf(email), await tokenOf(email)]
    await signOut(deps, stranger, { token: one })
    await signOut(deps, stranger, { token: one })
    expect(await findSession(deps, one)).toBeNull()
    expect(await findSession(deps, two)).not.toBeNull()
  })

  it('gives staff half an hour without a click and receivers a month, and nobody the other kind by a changed cookie', async () => {
    const [staff, receiver] = [await person('clerk'), await person('receiver')]
    const tokens = [await tokenOf(staff.email), await tokenOf(receiver.email)] as const
    await portal.prisma.$executeRaw`UPDATE session SET last_seen_at = now() - interval '31 minutes'`
    expect(await findSession(deps, tokens[0])).toBeNull()
    expect(await findSession(deps, tokens[0].replace('s_', 'r_'))).toBeNull()
    expect(await findSession(deps, tokens[1])).not.toBeNull()
    for (const nonsense of ['', 'x', 's_', 's_x', 'eyJhbGciOiJub25lIn0.e30.'])
      expect(await findSession(deps, nonsense)).toBeNull()
  })
})

describe('guessing', () => {
  it('leaves a bounded number of rows, for one account and for any number of made up ones', async () => {
    const limit = createRateLimit((text, values) => portal.prisma.$queryRawUnsafe(text, ...values))
    // The limits by address and e-mail are not what this is about.
    const guessed: Deps = {
      ...deps,
      rateLimit: (bucket, key, cost) =>
        bucket === 'noted' ? limit(bucket, key, cost) : Promise.resolve(true),
    }
    const rows = (subject: string | null) =>
      portal.prisma.auditEvent.count({ where: { kind: 'sign_in_refused', subject } })
    const { id, email } = await person('receiver')
    const before = await rows(null)
    const attempts = [
      ...Array.from({ length: 30 }, () => email),
      ...Array.from({ length: 30 }, () => `${randomUUID()}@demo.example`),
    ]
    await Promise.all(
      attempts.map((each) => signIn(guessed, stranger, { ...from, email: each, password: 'wrong' })),
    )
    expect(await rows(id)).toBe(20)
    expect((await rows(null)) - before).toBe(20)
  })
})

describe('signing in by mail link', () => {
  const mailsTo = async (email: string) =>
    (await deps.mails.latest(500)).filter((mail) => mail.recipient === email)
  async function linkOf(email: string): Promise<string> {
    await requestSignInLink(deps, stranger, { email, ip: from.ip })
    const [mail] = await mailsTo(email)
    return /\/sign-in\/link\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? 'no link'
  }

  it('works once, by its button, for a receiver who exists', async () => {
    const { id, email } = await person('receiver', { password: null })
    const token = await linkOf(email)
    expect(await peekSignInLink(deps, token)).toEqual({ ok: true })
    const pressed = await Promise.all(
      Array.from({ length: 5 }, () => useSignInLink(deps, stranger, { token, ...from })),
    )
    expect(pressed.filter(({ ok }) => ok)).toMatchObject([{ actor: { id } }])
    expect(pressed.filter(({ ok }) => !ok)).toHaveLength(4)
    expect(await peekSignInLink(deps, token)).toEqual({ ok: false, code: 'link_used_up' })
  })

  it('is counted by address first: one that asks too often makes no rows of made-up people', async () => {
    const refusing: Deps = {
      ...deps,
      rateLimit: (bucket, key) => {
        counted.push(`${bucket} ${key}`)
        return Promise.resolve(!key.startsWith('ip:'))
      },
    }
    for (const email of ['one@made.up', 'two@made.up'])
      expect(await requestSignInLink(refusing, stranger, { email, ip: '2001:db8::1' })).toMatchObject({
        code: 'rate_limited',
      })
    expect(new Set(counted)).toEqual(new Set(['sign_in_link ip:2001:db8:0:0::/64']))
  })

  it('answers a stranger, a member of staff and a disabled receiver like everybody, and mails none of them', async () => {
    const [clerk, gone] = [await person('clerk'), await person('receiver')]
    await disableUser(deps, operator, gone)
    for (const email of ['nobody@demo.example', clerk.email, gone.email]) {
      expect(await requestSignInLink(deps, stranger, { email, ip: null })).toEqual({ ok: true })
      expect(await mailsTo(email)).toEqual([])
    }
  })

  it('is answered as soon for somebody who exists as for nobody, however slow the mail is', async () => {
    const { promise: mailed, resolve: goOn } = Promise.withResolvers<undefined>()
    const slow: Deps = {
      ...deps,
      signIn: {
        ...deps.signIn,
        createSignInLink: (...link) => mailed.then(() => deps.signIn.createSignInLink(...link)),
      },
    }
    const { email } = await person('receiver')
    // Were the mail waited for, this would never end.
    expect(await requestSignInLink(slow, stranger, { email, ip: null })).toEqual({ ok: true })
    expect(await mailsTo(email)).toEqual([])
    goOn(undefined)
    await vi.waitFor(async () => expect(await mailsTo(email)).toHaveLength(1), { timeout: 10_000 })
  })

  it('means nothing any more once the receiver is disabled', async () => {
    const { email } = await person('receiver')
    const token = await linkOf(email)
    await disableUser(deps, operator, { email })
    expect(await useSignInLink(deps, stranger, { token, ...from })).toEqual({
      ok: false,
      code: 'link_used_up',
    })
  })
})

describe('managing people', () => {
  it('ends sessions at once when somebody is disabled or gets another password', async () => {
    const [gone, other] = [await person(), await person()]
    const tokens = [await tokenOf(gone.email), await tokenOf(other.email)] as const
    await disableUser(deps, operator, gone)
    await setPassword(deps, operator, { email: other.email, password: 'another password' })
    expect(await findSession(deps, tokens[0])).toBeNull()
    expect(await findSession(deps, tokens[1])).toBeNull()
    expect((await enter(other.email)).ok).toBe(false)
    expect((await enter(other.email, 'another password')).ok).toBe(true)
  })

  it('refuses what is no e-mail, a taken one, a short password, and staff without one', async () => {
    const admin: Actor = { kind: 'user', id: randomUUID(), role: 'admin', name: 'Admin', receiverId: null }
    const { email } = await person()
    const make = (input: Partial<Parameters<typeof createUser>[2]>, by: Actor = operator) =>
      createUser(deps, by, { email: `${randomUUID()}@demo.example`, role: 'clerk', password, ...input })
    expect(await make({ email: 'ada' })).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'email' }],
    })
    expect(await make({ email: email.toUpperCase() })).toEqual({ ok: false, code: 'email_taken' })
    expect(await make({ password: 'seven77' })).toMatchObject({ errors: [{ path: 'password' }] })
    expect(await make({ password: 'eight888' })).toMatchObject({ ok: true })
    expect(await make({ password: 'Password123456' })).toMatchObject({ errors: [{ path: 'password' }] })
    expect(await make({ email: 'clara.clerk@demo.example', password: 'Clara Clerk' })).toMatchObject({
      errors: [{ path: 'password' }],
    })
    for (const wrong of ['JBSWY3DP', 'JBSWY3DPEHPK3PX1', 'not base32 at all!'])
      expect(await make({ totpSecret: wrong })).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'totp-secret' }],
      })
    expect(await make({ totpSecret: 'jbsw y3dp ehpk 3pxp' })).toMatchObject({ ok: true })
    expect(await make({}, admin)).toMatchObject({ code: 'forbidden' })
    expect(await make({ password: null })).toMatchObject({ errors: [{ path: 'password' }] })
    expect(await setPassword(deps, operator, { email, password: '' })).toMatchObject({ ok: false })
    expect(await setPassword(deps, operator, { email: 'nobody@demo.example', password })).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('API keys', () => {
  it('let a system in until revoked, and are shown only once', async () => {
    const owner = await person('admin')
    const made = await createApiKey(deps, operator, { name: 'Shop', ownerEmail: owner.email })
    if (!made.ok) throw new Error(made.code)
    expect(await authenticateApiKey(deps, made.key)).toEqual({
      ok: true,
      actor: { kind: 'api_key', id: made.id, name: 'Shop', ownerId: owner.id, scopes: usualScopes },
    })
    expect(JSON.stringify(await portal.prisma.apiKey.findMany())).not.toContain(made.key)
    expect(await revokeApiKey(deps, operator, { id: made.id })).toEqual({ ok: true, id: made.id })
    expect(await revokeApiKey(deps, operator, { id: made.id })).toEqual({ ok: true, id: made.id })
    for (const key of [made.key, '', 'cpp_wrong'])
      expect(await authenticateApiKey(deps, key)).toEqual({ ok: false, code: 'unauthorized' })
    for (const id of [randomUUID(), 'no id'])
      expect(await revokeApiKey(deps, operator, { id })).toMatchObject({ code: 'not_found' })
    expect(
      await createApiKey(deps, operator, { name: 'Shop', ownerEmail: 'nobody@demo.example' }),
    ).toMatchObject({
      errors: [{ path: 'owner' }],
    })
  })
})

describe('the auto-approve policy', () => {
  it('is set in decimal major units of the currency, and zero means never', async () => {
    const set = (currency: string, autoApproveBelow: string) =>
      setPolicy(deps, operator, { currency, autoApproveBelow })
    expect(await set('EUR', '500')).toMatchObject({
      ok: true,
      policy: { currency: 'EUR', autoApproveBelow: '500.00' },
    })
    // From the first admin on it is a proposal, and one waits at a time.
    expect(await set('EUR', '600')).toMatchObject({ code: 'proposal_waits' })
    const proposal = await deps.policy.proposal()
    await deps.policy.decide(proposal?.version ?? 0, 'rejected', operator)
    expect(await set('EUR', '0')).toMatchObject({ ok: true, policy: { autoApproveBelow: '0.00' } })
    for (const wrong of ['-1', '1e3', '5.005', '', '1,5'])
      expect(await set('EUR', wrong)).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'autoApproveBelow' }],
      })
    expect(await set('GBP', '5')).toMatchObject({ code: 'invalid_request', errors: [{ path: 'currency' }] })
  })
})

it('users and keys are for administrators and the operator alone', async () => {
  const { email } = await person()
  const attempts = (by: Actor) =>
    Promise.all([
      disableUser(deps, by, { email }),
      createApiKey(deps, by, { name: 'Shop' }),
      revokeApiKey(deps, by, { id: randomUUID() }),
      proposePolicy(deps, by, { policy: {}, reason: '', code: '' }),
    ])
  const others: Actor[] = [
    ...roles
      .filter((role) => role !== 'admin')
      .map((role): Actor => ({ kind: 'user', id: 'x', role, name: 'x', receiverId: null })),
    { kind: 'api_key', id: 'x', name: 'x', ownerId: null, scopes: apiScopes },
    { kind: 'worker', id: 'x' },
    { kind: 'cardzo' },
    stranger,
  ]
  for (const by of others)
    for (const result of await attempts(by)) expect(result).toEqual({ ok: false, code: 'forbidden' })
  for (const result of await attempts({
    kind: 'user',
    id: randomUUID(),
    role: 'admin',
    name: 'x',
    receiverId: null,
  }))
    expect(result).not.toMatchObject({ code: 'forbidden' })
})

describe('another e-mail address', () => {
  const move = (email: string, to: string) => changeEmail(deps, operator, { email, to })
  const fresh = () => `${randomUUID()}@demo.example`

  it('is the account’s and the receiver’s, is told to both addresses, and ends what was open', async () => {
    const email = fresh()
    const made = await createUser(deps, operator, { email, role: 'receiver', password, name: 'Ada Nowak' })
    if (!made.ok) throw new Error(made.code)
    const entered = await signIn(deps, stranger, { email, password, ...from })
    if (!entered.ok || !('token' in entered)) throw new Error('not signed in')
    const to = fresh()
    expect(await move(email, ` ${to.toUpperCase()} `)).toEqual({ ok: true, id: made.id })
    expect(await deps.people.findUserByEmail(email)).toBeNull()
    const user = await deps.people.findUserByEmail(to)
    expect(await deps.people.findReceiver(user?.receiverId ?? '')).toMatchObject({
      externalId: email,
      email: to,
    })
    expect(await findSession(deps, entered.token)).toBeNull()
    const mails = (await deps.mails.latest(50)).filter(({ subject }) => subject.includes('was changed'))
    expect(mails.map(({ recipient }) => recipient).sort()).toEqual([email, to].sort())
    const row = await portal.prisma.user.findUniqueOrThrow({ where: { id: made.id } })
    expect(row.contactChangedAt).not.toBeNull()
  })

  it('is nobody else’s already, and a real one', async () => {
    const [one, other] = [fresh(), fresh()]
    for (const email of [one, other])
      await createUser(deps, operator, { email, role: 'receiver', password, name: 'Ada' })
    expect(await move(one, other)).toEqual({ ok: false, code: 'email_taken' })
    expect(await move(one, 'nobody')).toMatchObject({ code: 'invalid_request' })
    expect(await move(fresh(), fresh())).toEqual({ ok: false, code: 'not_found' })
    expect(await move(one, one)).toMatchObject({ ok: true })
  })

  it('shows among the risk checks of what the receiver asks for next', async () => {
    const email = fresh()
    const made = await createUser(deps, operator, { email, role: 'receiver', password, name: 'Ada Nowak' })
    if (!made.ok) throw new Error(made.code)
    const to = fresh()
    await move(email, to)
    const user = await deps.people.findUserByEmail(to)
    if (!user) throw new Error('nobody')
    const asked = await requestWithdrawal(deps, actorOf(user), {
      formId: randomUUID(),
      amount: '12.00',
      currency: 'EUR',
      destination: { account_number: 'DE89370400440532013000' },
      ipAddress: null,
    })
    if (!asked.ok) throw new Error(asked.code)
    const facts = await deps.risk.facts(asked.payoutId)
    expect(facts.contactChangedAt).not.toBeNull()
  })
})
