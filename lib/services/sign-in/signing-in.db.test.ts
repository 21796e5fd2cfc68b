/** Signing in by password and by mail link, and what guessing costs. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRateLimit } from '#lib/runtime/rate-limit.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createAccounts, from, operator, stranger } from '#lib/services/testing/accounts.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { findSession } from './find-session.ts'
import { requestSignInLink } from './request-sign-in-link.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'
import { peekSignInLink, useSignInLink } from './use-sign-in-link.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
/** The buckets and keys that were counted, and what to answer. */
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

const { person, begin, enter, tokenOf } = createAccounts(() => deps)

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

  it('checks a password even when nobody has this e-mail, so that timing gives nothing away', async () => {
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

  it('ends with signing out, at the very next request; signing out twice does no harm', async () => {
    const { email } = await person()
    const [one, two] = [await tokenOf(email), await tokenOf(email)]
    await signOut(deps, stranger, { token: one })
    await signOut(deps, stranger, { token: one })
    expect(await findSession(deps, one)).toBeNull()
    expect(await findSession(deps, two)).not.toBeNull()
  })

  it('gives staff half an hour without a click and receivers a month, and a changed cookie never gives the other kind', async () => {
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
  it('leaves a bounded number of rows, for one account and for any number of made-up ones', async () => {
    const limit = createRateLimit((text, values) => portal.prisma.$queryRawUnsafe(text, ...values))
    // This is not about the limits by address and e-mail.
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
    // If anything waited for the mail, this would never end.
    expect(await requestSignInLink(slow, stranger, { email, ip: null })).toEqual({ ok: true })
    expect(await mailsTo(email)).toEqual([])
    goOn(undefined)
    await vi.waitFor(async () => expect(await mailsTo(email)).toHaveLength(1), { timeout: 10_000 })
  })

  it('stops working once the receiver is disabled', async () => {
    const { email } = await person('receiver')
    const token = await linkOf(email)
    await disableUser(deps, operator, { email })
    expect(await useSignInLink(deps, stranger, { token, ...from })).toEqual({
      ok: false,
      code: 'link_used_up',
    })
  })
})
