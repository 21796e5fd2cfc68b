/** What the operator and admins do about accounts. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiScopes, roles } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import type { Deps } from '#lib/services/ports.ts'
import { findSession } from '#lib/services/sign-in/find-session.ts'
import { markFor, phraseFor } from '#lib/services/sign-in/known-receiver.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { signIn } from '#lib/services/sign-in/sign-in.ts'
import { createAccounts, from, operator, password, stranger } from '#lib/services/testing/accounts.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { changeEmail } from './change-email.ts'
import { choosePhrase, showPhrase } from './choose-phrase.ts'
import { createUser } from './create-user.ts'
import { disableUser } from './disable-user.ts'
import { setPassword } from './set-password.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps

beforeAll(async () => {
  portal = await createTestPortal()
  deps = portal.deps
})
afterAll(() => portal.close())

const { person, enter, tokenOf } = createAccounts(() => deps)

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

  it('refuses an invalid or taken e-mail, a short password, and staff without one', async () => {
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

it('only administrators and the operator manage users and keys', async () => {
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

describe('a new e-mail address', () => {
  const move = (email: string, to: string) => changeEmail(deps, operator, { email, to })
  const fresh = () => `${randomUUID()}@demo.example`

  it('changes for the account and the receiver, is told to both addresses, and ends what was open', async () => {
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

  it('must be a valid one that nobody else has', async () => {
    const [one, other] = [fresh(), fresh()]
    for (const email of [one, other])
      await createUser(deps, operator, { email, role: 'receiver', password, name: 'Ada' })
    expect(await move(one, other)).toEqual({ ok: false, code: 'email_taken' })
    expect(await move(one, 'nobody')).toMatchObject({ code: 'invalid_request' })
    expect(await move(fresh(), fresh())).toEqual({ ok: false, code: 'not_found' })
    expect(await move(one, one)).toMatchObject({ ok: true })
  })

  it('shows in the risk checks of the receiver’s next payout', async () => {
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
    const facts = (await deps.risk.factsOf([asked.payoutId])).get(asked.payoutId)
    expect(facts?.contactChangedAt).toBeInstanceOf(Date)
  })
})

describe('a receiver’s phrase', () => {
  const choose = (actor: Actor, phrase: string) => choosePhrase(deps, actor, { phrase })

  it('is theirs alone, stored sealed, and goes when it is emptied', async () => {
    const [ada, eve] = [await receiver(), await receiver()]
    expect(await choose(ada, '  red bicycle ')).toEqual({ ok: true })
    expect(await showPhrase(deps, ada)).toEqual({ ok: true, phrase: 'red bicycle' })
    expect(await showPhrase(deps, eve)).toEqual({ ok: true, phrase: null })
    const { phrase } = await portal.prisma.user.findUniqueOrThrow({ where: { id: ada.id } })
    expect(phrase).toMatch(/^v1\./)
    expect(await choose(ada, 'evil.example')).toMatchObject({
      errors: [{ path: 'phrase', said: { code: 'phraseLink' } }],
    })
    await choose(ada, '')
    expect(await showPhrase(deps, ada)).toEqual({ ok: true, phrase: null })
    // Each is on record, the phrase itself is not, and what was refused isn't either.
    const rows = await portal.prisma.auditEvent.findMany({
      where: { subject: ada.id, kind: { startsWith: 'phrase_' } },
      orderBy: { id: 'asc' },
    })
    expect(rows.map(({ kind, actorId, data }) => ({ kind, actorId, data }))).toEqual([
      { kind: 'phrase_chosen', actorId: ada.id, data: {} },
      { kind: 'phrase_removed', actorId: ada.id, data: {} },
    ])
  })

  it('is shown to the browser whose signed cookie names them, and to no other', async () => {
    const [ada, eve] = [await receiver(), await receiver()]
    await choose(ada, 'red bicycle')
    const mark = markFor(deps, ada) ?? ''
    expect(await phraseFor(deps, mark)).toBe('red bicycle')
    expect(await phraseFor(deps, undefined)).toBeNull()
    const [, until, signed] = mark.split('.')
    for (const forged of [
      ada.id,
      `${ada.id}.${until}.`,
      `${ada.id}.${Number(until) + 1}.${signed}`,
      `${ada.id}.${(markFor(deps, eve) ?? '').split('.').slice(1).join('.')}`,
    ])
      expect(await phraseFor(deps, forged)).toBeNull()
    const late = { ...deps, clock: { ...deps.clock, wallMs: () => Date.now() + 181 * 86_400_000 } }
    expect(await phraseFor(late, mark)).toBeNull()
    expect(markFor(deps, { ...ada, role: 'clerk' })).toBeNull()
    await portal.prisma.user.update({ where: { id: ada.id }, data: { disabledAt: new Date() } })
    expect(await phraseFor(deps, mark)).toBeNull()
  })

  const receiver = async () => {
    const draft = { id: randomUUID(), email: `${randomUUID()}@demo.example`, name: 'Ada' }
    const user = await deps.people.createUser(
      { ...draft, role: 'receiver', passwordHash: null, totpSecret: null },
      operator,
    )
    if (user === 'email_taken') throw new Error('taken')
    return actorOf(user)
  }
})
