/** People who guess are stopped where they are; the people they guess at are not. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVault } from '#lib/db/seal/vault.ts'
import { createSecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createRateLimit } from '#lib/runtime/rate-limit.ts'
import { createSecondFactor } from '#lib/runtime/second-factor.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { deviceOf, withDevice } from './devices.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { signIn } from './sign-in.ts'

const stranger: Actor = { kind: 'stranger' }
const password = 'correct horse'
const secret = 'JBSWY3DPEHPK3PXP'
let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
let now = Date.now()
beforeAll(async () => {
  portal = await createTestPortal()
  const rateLimit = createRateLimit((text, values) => portal.prisma.$queryRawUnsafe(text, ...values))
  const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
  const secondFactor = createSecondFactor(createSecondFactorStore(portal.prisma, vault), rateLimit, () => now)
  deps = { ...portal.deps, rateLimit, secondFactor }
})
afterAll(() => portal.close())

async function person(): Promise<{ id: string; email: string }> {
  const email = `${randomUUID()}@example.com`
  const made = await createUser(
    deps,
    { kind: 'operator', name: 'root' },
    { email, role: 'approver', password, totpSecret: secret },
  )
  if (!made.ok) throw new Error(made.code)
  return { id: made.id, email }
}
let addresses = 0
/** An address that nobody has used before. */
const elsewhere = () => `198.51.100.${++addresses}`
const begin = (email: string, word: string, ip = elsewhere(), devices?: string) =>
  signIn(deps, stranger, { email, password: word, ip, userAgent: null, devices })
async function attemptOf(email: string, ip?: string): Promise<string> {
  const half = await begin(email, password, ip)
  if (!half.ok || half.step === 'in') throw new Error('no attempt')
  return half.attempt
}
const finish = (attempt: string, code: string, devices?: string) =>
  finishSignIn(deps, stranger, { attempt, code, ip: elsewhere(), userAgent: null, devices })
async function codeNow(): Promise<string> {
  // Each code counts once.
  now += 30_000
  return deps.secondFactor.codeNow(secret)
}
async function wrongCode(): Promise<string> {
  return (await deps.secondFactor.codeNow(secret)) === '000000' ? '000001' : '000000'
}

describe('wrong passwords', () => {
  it('from one place stop that place, and the real person still gets in from theirs', async () => {
    const { email } = await person()
    const answers = []
    for (let n = 0; n < 21; n++) answers.push(await begin(email, 'a guess', '203.0.113.7'))
    expect(answers.slice(0, 20).every((one) => !one.ok && one.code === 'wrong_credentials')).toBe(true)
    expect(answers[20]).toEqual({ ok: false, code: 'rate_limited' })
    expect(await begin(email, password, '203.0.113.7')).toEqual({ ok: false, code: 'rate_limited' })
    expect(await begin(email, password)).toMatchObject({ ok: true })
  })

  it('from any address of one IPv6 network count as from one place', async () => {
    const { email } = await person()
    for (let n = 0; n < 20; n++) await begin(email, 'a guess', `2001:db8:7:7::${n.toString(16)}`)
    expect(await begin(email, 'a guess', '2001:db8:7:7:ffff::1')).toEqual({ ok: false, code: 'rate_limited' })
    expect(await begin(email, password, '2001:db8:7:8::1')).toMatchObject({ ok: true })
  })

  it('mixed with right ones: right ones use up nothing', async () => {
    const { email } = await person()
    for (let n = 0; n < 25; n++)
      expect(await begin(email, password, '203.0.113.8')).toMatchObject({ ok: true })
    for (let n = 0; n < 20; n++) await begin(email, 'a guess', '203.0.113.8')
    expect(await begin(email, password, '203.0.113.8')).toMatchObject({ code: 'rate_limited' })
  })

  it('from everywhere close the account to strange browsers, but not to a known one', async () => {
    const [ana, other] = [await person(), await person()]
    const signedIn = await finish(await attemptOf(ana.email), await codeNow())
    if (!signedIn.ok) throw new Error(signedIn.code)
    const { device } = signedIn
    expect(deviceOf(deps, ana.id, device)).not.toBeNull()
    await deps.rateLimit('account_day', `email:${ana.email}`, 2000)
    expect(await begin(ana.email, password)).toEqual({ ok: false, code: 'rate_limited' })
    expect(await begin(ana.email, password, undefined, device)).toMatchObject({ ok: true })
    // It is signed, for one account, and it expires.
    const [tag = '', id = '', until = '', signed = ''] = device.split('.')
    for (const forged of [
      `${tag}.${id}.${Number(until) + 1}.${signed}`,
      `${tag}.x.${until}.${signed}`,
      `${tag}.${id}.${until}.`,
      'x~y',
    ])
      expect(await begin(ana.email, password, undefined, forged)).toMatchObject({ code: 'rate_limited' })
    expect(deviceOf(deps, other.id, device)).toBeNull()
    const late = { ...deps, clock: { ...deps.clock, wallMs: () => Date.now() + 181 * 86_400_000 } }
    expect(deviceOf(late, ana.id, device)).toBeNull()
    expect(withDevice('a.1~b.1~c.1~d.1~e.1', 'b.2')).toBe('b.2~a.1~c.1~d.1~e.1')
  })
})

describe('wrong codes behind a right password', () => {
  const told = async (email: string) =>
    (await deps.mails.latest(200)).filter(
      ({ recipient, subject }) => recipient === email && subject === 'Someone has your password',
    )

  it('end the attempt, and tell the person by mail and the others by an open item', async () => {
    const { id, email } = await person()
    const attempt = await attemptOf(email)
    for (let n = 0; n < 4; n++)
      expect(await finish(attempt, await wrongCode())).toEqual({ ok: false, code: 'wrong_code' })
    expect(await told(email)).toEqual([])
    expect(await finish(attempt, await wrongCode())).toEqual({ ok: false, code: 'attempt_over' })
    expect(await finish(attempt, await codeNow())).toEqual({ ok: false, code: 'attempt_over' })
    expect(await told(email)).toHaveLength(1)
    const items = (await deps.items.list()).filter(({ kind }) => kind === 'wrong_codes')
    expect(items.map(({ data }) => data?.['userId'])).toContain(id)
    expect(await finish(await attemptOf(email), await codeNow())).toMatchObject({ ok: true })
  })

  it('however many leave the person’s live session, known browser and recovery codes alone', async () => {
    const { id, email } = await person()
    const signedIn = await finish(await attemptOf(email), await codeNow())
    if (!signedIn.ok) throw new Error(signedIn.code)
    const [recovery] = deps.secondFactor.freshRecoveryCodes()
    await deps.signIn.renewRecoveryCodes(id, [recovery?.hash ?? ''], signedIn.actor)
    for (let n = 0; n < 3; n++) {
      const attempt = await attemptOf(email)
      for (let wrong = 0; wrong < 5; wrong++) await finish(attempt, await wrongCode())
    }
    expect(await finish(await attemptOf(email), await codeNow())).toEqual({ ok: false, code: 'rate_limited' })
    const act = { kind: 'approve', subject: 'x' } as const
    expect(await deps.secondFactor.verify(id, await codeNow(), act)).toBe('ok')
    expect(await finish(await attemptOf(email), await codeNow(), signedIn.device)).toMatchObject({ ok: true })
    expect(await finish(await attemptOf(email), recovery?.code ?? '')).toMatchObject({ ok: true })
    // One mail an hour, however often it happens.
    expect(await told(email)).toHaveLength(1)
  })
})
