import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refusalAnswers } from '#lib/payouts/refusals.ts'
import { approveMany, hashOfSet } from '#lib/services/approval/approve-many.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import type { Deps, Payout, SecondFactor } from '#lib/services/ports.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createRateLimit } from './rate-limit.ts'
import { createSecondFactor, hashRecoveryCode } from './second-factor.ts'

/** RFC 6238, appendix B: the ASCII text 12345678901234567890. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const act = { kind: 'key', subject: 'a test' } as const
const stepMs = 30_000

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
let factor: SecondFactor
/** What the authenticator's and the portal's clock say. */
let now: number

beforeAll(async () => {
  portal = await createTestPortal()
  portal.startWorker()
  // The vault of the test portal, so that both open what the other sealed.
  const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
  const limit = createRateLimit((text, values) => portal.prisma.$queryRawUnsafe(text, ...values))
  factor = createSecondFactor(createSecondFactorStore(portal.prisma, vault), limit, () => now)
  deps = { ...portal.deps, secondFactor: factor, rateLimit: limit }
})
beforeEach(() => {
  now = Date.now()
})
afterAll(() => portal.close())

type Holder = Extract<Actor, { kind: 'user' }>

async function person(
  totpSecret: string | null = factor.offer('x').secret,
): Promise<Holder & { secret: string }> {
  const id = randomUUID()
  const user = { id, email: `${id}@example.com`, name: 'Ana', role: 'approver' as const, passwordHash: null }
  await deps.people.createUser({ ...user, totpSecret }, { kind: 'operator', name: 'test' })
  return { kind: 'user', id, role: 'approver', name: 'Ana', receiverId: null, secret: totpSecret ?? '' }
}

/** The code of the authenticator now, or so many steps away. */
async function codeOf({ secret }: { secret: string }, stepsAway = 0): Promise<string> {
  const real = now
  now += stepsAway * stepMs
  const code = await factor.codeNow(secret)
  now = real
  return code
}

async function auditOf(userId: string) {
  const rows = await portal.prisma.auditEvent.findMany({ where: { subject: userId }, orderBy: { id: 'asc' } })
  return rows
    .filter(({ kind }) => kind.startsWith('factor_'))
    .map(({ kind, data }) => {
      const { kind: act, ...rest } = data as Record<string, unknown>
      return { kind, act, ...rest }
    })
}

describe('a code of the authenticator', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('is the one of RFC 6238 at %i seconds', async (at, code) => {
    now = at * 1000
    expect(await factor.codeNow(rfcSecret)).toBe(code)
    const ana = await person(rfcSecret)
    expect(await factor.verify(ana.id, code, act)).toBe('ok')
  })

  it('counts one step early and one step late, and no further', async () => {
    for (const away of [-1, 0, 1]) {
      const ana = await person()
      expect(await factor.verify(ana.id, await codeOf(ana, away), act)).toBe('ok')
    }
    for (const away of [-2, 2]) {
      const ana = await person()
      expect(await factor.verify(ana.id, await codeOf(ana, away), act)).toBe('wrong')
    }
  })

  it('counts once, also when it comes twenty times at the same moment', async () => {
    const ana = await person()
    const code = await codeOf(ana)
    const free = createSecondFactor(
      createSecondFactorStore(portal.prisma, createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])),
      () => Promise.resolve(true),
      () => now,
    )
    const answers = await Promise.all(Array.from({ length: 20 }, () => free.verify(ana.id, code, act)))
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'used')).toHaveLength(19)
  })

  it('of an earlier step does not count after one of a later step did', async () => {
    const ana = await person()
    expect(await factor.verify(ana.id, await codeOf(ana, 1), act)).toBe('ok')
    expect(await factor.verify(ana.id, await codeOf(ana, 0), act)).toBe('used')
    expect(await factor.verify(ana.id, await codeOf(ana, -1), act)).toBe('used')
  })

  it('is good for its own person alone', async () => {
    const [ana, boris] = [await person(), await person()]
    expect(await factor.verify(boris.id, await codeOf(ana), act)).toBe('wrong')
    expect(await factor.verify(ana.id, await codeOf(ana), act)).toBe('ok')
  })

  it('is taken with blanks in it, and nothing else is', async () => {
    const ana = await person()
    const code = await codeOf(ana)
    for (const wrong of ['', 'abcdef', code.slice(1), `${code}0`, '١٢٣٤٥٦'])
      expect(await factor.verify(ana.id, wrong, act)).toBe('wrong')
    expect(await factor.verify(ana.id, ` ${code.slice(0, 3)} ${code.slice(3)} `, act)).toBe('ok')
  })

  it('works with secrets of any length that people bring along', async () => {
    for (const length of [16, 20, 26, 32, 52, 128]) {
      const secret = rfcSecret.repeat(4).slice(0, length)
      expect(factor.isSecret(secret)).toBe(true)
      const ana = await person(secret)
      expect(await factor.verify(ana.id, await codeOf(ana), act)).toBe('ok')
    }
    // Seventeen letters hold ten bytes and five bits to spare.
    expect(await factor.codeNow(rfcSecret.slice(0, 17))).toBe(await factor.codeNow(rfcSecret.slice(0, 16)))
    for (const wrong of ['', rfcSecret.slice(0, 15), rfcSecret.toLowerCase(), `${rfcSecret}1`])
      expect(factor.isSecret(wrong)).toBe(false)
  })

  it('counts for nobody who has no second factor', async () => {
    const ana = await person(null)
    expect(await factor.verify(ana.id, '123456', act)).toBe('not_set_up')
    expect(await factor.verify(randomUUID(), '123456', act)).toBe('not_set_up')
  })

  it('of which too many were wrong in a minute is not looked at any more, and the next person is', async () => {
    const [ana, boris] = [await person(), await person()]
    const wrong = (await codeOf(ana)) === '000000' ? '000001' : '000000'
    for (let attempt = 0; attempt < 10; attempt++) await factor.verify(ana.id, wrong, act)
    expect(await factor.verify(ana.id, await codeOf(ana), act)).toBe('rate_limited')
    expect(await factor.verify(boris.id, await codeOf(boris), act)).toBe('ok')
  })

  it('of which a hundred were wrong in a day is not looked at any more, however slowly they came', async () => {
    const ana = await person()
    await deps.rateLimit('wrong_code', ana.id, 100)
    expect(await factor.verify(ana.id, 'wrong', act)).toBe('wrong')
    expect(await factor.verify(ana.id, await codeOf(ana), act)).toBe('rate_limited')
  })
})

describe('a recovery code', () => {
  it('has eighty random bits, counts once, whatever case and dashes it is typed with, and for its own person', async () => {
    const [ana, boris] = [await person(), await person()]
    const codes = factor.freshRecoveryCodes()
    expect(codes).toHaveLength(10)
    expect(new Set(codes.map(({ code }) => code)).size).toBe(10)
    for (const { code, hash } of codes) {
      expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
      expect(hash).toBe(hashRecoveryCode(code))
    }
    await deps.signIn.renewRecoveryCodes(
      ana.id,
      codes.map(({ hash }) => hash),
      ana,
    )
    const [first, second] = codes.map(({ code }) => code)
    expect(await factor.verify(boris.id, first!, act)).toBe('wrong')
    const typed = first!.toUpperCase().replaceAll('-', ' ')
    const answers = await Promise.all(Array.from({ length: 5 }, () => factor.verify(ana.id, typed, act)))
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(4)
    expect(await factor.verify(ana.id, second!, act)).toBe('ok')
    expect(await deps.signIn.recoveryCodesLeft(ana.id)).toBe(8)
    await deps.signIn.renewRecoveryCodes(ana.id, [], ana)
    expect(await factor.verify(ana.id, codes[2]!.code, act)).toBe('wrong')
  })
})

it('what a factor was given or refused for is on the audit trail, with the act', async () => {
  const ana = await person()
  await factor.verify(ana.id, 'wrong', { kind: 'policy', subject: 'version 3' })
  await factor.verify(ana.id, await codeOf(ana), { kind: 'approve', subject: 'payout p' })
  await factor.verify(ana.id, await codeOf(ana), { kind: 'reveal', subject: 'payout q' })
  expect(await auditOf(ana.id)).toEqual([
    { kind: 'factor_refused', act: 'policy', answer: 'wrong', subject: 'version 3' },
    { kind: 'factor_given', act: 'approve', answer: 'ok', subject: 'payout p', by: 'totp' },
    { kind: 'factor_refused', act: 'reveal', answer: 'used', subject: 'payout q' },
  ])
})

describe('FI-44: approving with a code that is not this act’s own', () => {
  const waiting = async (): Promise<Payout> => portal.until(await portal.ask(), 'awaiting_approval')
  const approve = (by: Actor, { id, contentHash }: Payout, code: string) =>
    approvePayout(deps, by, { id, contentHash, code })

  async function expectNotApproved(payout: Payout) {
    expect((await portal.payout(payout.id)).status).toBe('awaiting_approval')
    expect(await deps.approvals.forPayouts([payout.id])).toEqual([])
  }

  it('FI-44 without a code: refused, and nothing is approved', async () => {
    const [ana, payout] = [await person(), await waiting()]
    expect(await approve(ana, payout, ' ')).toEqual({ ok: false, code: 'step_up_required' })
    expect(refusalAnswers.step_up_required.http).toBe(403)
    await expectNotApproved(payout)
  })

  it('FI-44 an old code: refused and audited', async () => {
    const [ana, payout] = [await person(), await waiting()]
    expect(await approve(ana, payout, await codeOf(ana, -3))).toEqual({ ok: false, code: 'wrong_code' })
    expect(refusalAnswers.wrong_code.http).toBe(403)
    await expectNotApproved(payout)
    expect(await auditOf(ana.id)).toMatchObject([
      {
        kind: 'factor_refused',
        act: 'approve',
        answer: 'wrong',
        subject: expect.stringContaining(payout.id) as string,
      },
    ])
  })

  it('FI-44 a reused code: refused and audited', async () => {
    const [ana, first, second] = [await person(), await waiting(), await waiting()]
    const code = await codeOf(ana)
    expect(await approve(ana, first, code)).toMatchObject({ ok: true })
    expect(await approve(ana, second, code)).toEqual({ ok: false, code: 'code_used' })
    expect(refusalAnswers.code_used.http).toBe(403)
    await expectNotApproved(second)
    expect(await auditOf(ana.id)).toMatchObject([
      { kind: 'factor_given', subject: expect.stringContaining(first.id) as string },
      { kind: 'factor_refused', answer: 'used', subject: expect.stringContaining(second.id) as string },
    ])
  })

  it('FI-44 the code of another user: refused and audited', async () => {
    const [ana, boris, payout] = [await person(), await person(), await waiting()]
    expect(await approve(ana, payout, await codeOf(boris))).toEqual({ ok: false, code: 'wrong_code' })
    await expectNotApproved(payout)
    expect(await auditOf(ana.id)).toMatchObject([{ kind: 'factor_refused', answer: 'wrong' }])
    expect(await auditOf(boris.id)).toEqual([])
  })

  it('FI-44 the code of an act bound to another set: one code covers one set, also when both are sent at once', async () => {
    const ana = await person()
    const sets = [[await waiting(), await waiting()], [await waiting()]]
    const code = await codeOf(ana)
    const answers = await Promise.all(
      sets.map((payouts) => {
        const seen = payouts.map(({ id, contentHash }) => ({ id, contentHash }))
        return approveMany(deps, ana, { seen, setHash: hashOfSet(seen), code })
      }),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.filter(({ ok }) => !ok)).toEqual([{ ok: false, code: 'code_used' }])
    const loser = sets[answers.findIndex(({ ok }) => !ok)] ?? []
    for (const payout of loser) await expectNotApproved(payout)
    const audit = await auditOf(ana.id)
    expect(audit.map(({ kind }) => kind).sort()).toEqual(['factor_given', 'factor_refused'])
    expect(audit.map(({ act }) => act)).toEqual(['approve_many', 'approve_many'])
  })

  it('FI-44 a refused approval uses no code up', async () => {
    const [ana, first, second] = [await person(), await waiting(), await waiting()]
    const code = await codeOf(ana)
    expect(await approve(ana, { ...first, contentHash: 'another' }, code)).toMatchObject({ code: 'stale' })
    expect(await approve(ana, second, code)).toMatchObject({ ok: true })
  })
})
