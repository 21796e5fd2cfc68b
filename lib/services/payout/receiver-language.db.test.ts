/** The language a receiver is written to: who names it, and that naming it disturbs nothing. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { costOf } from '#lib/db/testing/count-statements.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { importGrants } from '#lib/services/balance/import-grants.ts'
import { chooseLanguage } from '#lib/services/people/choose-language.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { createPayout } from './create-payout.ts'
import { statusToken } from './links.ts'
import { requestWithdrawal } from './request-withdrawal.ts'
import { showStatus } from './show-status.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const receiverOf = (externalId: string, locale?: string | null) => ({
  externalId,
  firstName: 'Ada',
  ...(locale !== undefined && { locale }),
})
const ask = (externalId: string, locale?: string | null, key: string = randomUUID()) =>
  createPayout(portal.deps, system, {
    idempotencyKey: key,
    body: { ...sampleRequest, receiver: receiverOf(externalId, locale) },
  })
const localeOf = async (externalId: string) =>
  (await portal.prisma.receiver.findUniqueOrThrow({ where: { externalId } })).locale

describe('a request', () => {
  it('names the language; the latest that names one counts', async () => {
    const who = randomUUID()
    expect(await ask(who)).toMatchObject({ ok: true, payout: { receiver: { locale: null } } })
    expect(await ask(who, 'ru-RU')).toMatchObject({ ok: true, payout: { receiver: { locale: 'ru' } } })
    expect(await ask(who)).toMatchObject({ ok: true, payout: { receiver: { locale: 'ru' } } })
    expect(await ask(who, null)).toMatchObject({ ok: true, payout: { receiver: { locale: 'ru' } } })
    expect(await ask(who, 'EN')).toMatchObject({ ok: true, payout: { receiver: { locale: 'en' } } })
    expect(await localeOf(who)).toBe('en')
  })

  it('names it of somebody new in the one statement that makes payouts', async () => {
    const asked = await costOf(() => ask(randomUUID(), 'ru'))
    expect(asked.statements).toBe(2)
  })

  it('repeats it for the same cost', async () => {
    const who = randomUUID()
    await ask(who, 'ru')
    const again = await costOf(() => ask(who, 'ru-RU'))
    expect(again.statements).toBe(2)
  })

  it('is one of many at once, each with its answer', async () => {
    const who = randomUUID()
    const asked = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(who, n % 2 === 0 ? 'ru' : 'en')))
    expect(asked.every(({ ok }) => ok)).toBe(true)
    expect(['en', 'ru']).toContain(await localeOf(who))
  })

  it.each(['de', 'ru_RU', 'klingon', '', 7, { en: true }])('with the language %j says so', async (locale) => {
    const body = { ...sampleRequest, receiver: { ...receiverOf(randomUUID()), locale } }
    expect(await createPayout(portal.deps, system, { idempotencyKey: randomUUID(), body })).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'receiver.locale', message: 'Must be a language we write in: en or ru.' }],
    })
  })

  it('repeated under its key is the same one, however the language is spelt, and changes nothing', async () => {
    const [who, key] = [randomUUID(), randomUUID()]
    await ask(who, 'ru', key)
    await ask(who, 'en')
    expect(await ask(who, 'ru-RU', key)).toMatchObject({ ok: true, replayed: true })
    expect(await localeOf(who)).toBe('en')
  })

  it('repeated under its key with another language is another request, and changes nothing', async () => {
    const [who, key, plain] = [randomUUID(), randomUUID(), randomUUID()]
    await ask(who, 'ru', key)
    expect(await ask(who, 'en', key)).toMatchObject({ code: 'idempotency_key_reused' })
    await ask(who, undefined, plain)
    expect(await ask(who, 'en', plain)).toMatchObject({ code: 'idempotency_key_reused' })
    expect(await ask(who, undefined, plain)).toMatchObject({ ok: true, replayed: true })
    expect(await localeOf(who)).toBe('ru')
  })

  it('that is refused changes nothing', async () => {
    const who = randomUUID()
    await ask(who, 'ru')
    const body = { ...sampleRequest, receiver: { ...receiverOf(who, 'en'), firstName: 'Eve' } }
    expect(await createPayout(portal.deps, system, { idempotencyKey: randomUUID(), body })).toMatchObject({
      code: 'receiver_mismatch',
      errors: [{ path: 'receiver.firstName' }],
    })
    expect(await localeOf(who)).toBe('ru')
  })

  it('is known to the page of its link', async () => {
    const asked = await ask(randomUUID(), 'ru')
    if (!asked.ok) throw new Error(asked.code)
    const token = statusToken(portal.deps.config, asked.payout.id)
    expect(await showStatus(portal.deps, token)).toMatchObject({ ok: true, locale: 'ru' })
  })
})

describe('a grant', () => {
  const operator = { kind: 'operator', name: 'test' } as const
  const grant = (externalId: string, locale?: string, reference: string = randomUUID()) =>
    createGrant(portal.deps, operator, {
      body: {
        receiver: { externalId, ...(locale && { locale }) },
        amount: '5.00',
        currency: 'EUR',
        reference,
      },
    })

  it('names the language once', async () => {
    const [who, reference] = [randomUUID(), randomUUID()]
    expect(await grant(who, 'ru', reference)).toMatchObject({ ok: true, replayed: false })
    await grant(who, 'en')
    expect(await grant(who, 'ru', reference)).toMatchObject({ ok: true, replayed: true })
    expect(await localeOf(who)).toBe('en')
    expect(await grant(who, 'de')).toMatchObject({ errors: [{ path: 'receiver.locale' }] })
  })

  it('in a file names it too, of people who are known and of others', async () => {
    const [known, quiet, fresh] = [randomUUID(), randomUUID(), randomUUID()]
    await grant(known, 'en')
    await grant(quiet, 'en')
    const rows = [
      `${known},EUR,1.00,${randomUUID()},ru-RU`,
      `${quiet},EUR,1.00,${randomUUID()},`,
      `${fresh},EUR,1.00,${randomUUID()},ru`,
    ]
    const file = (content: string, apply: boolean) =>
      importGrants(portal.deps, operator, { content, apply, code: '' })
    const content = ['receiver,currency,amount,reference,locale', ...rows].join('\n')
    expect(await file(content, true)).toMatchObject({ ok: true, made: 3 })
    expect(await Promise.all([known, quiet, fresh].map(localeOf))).toEqual(['ru', 'en', 'ru'])
    expect(await file(content.replace('ru-RU', 'de'), false)).toMatchObject({
      report: {
        problems: [
          {
            line: 2,
            code: 'field',
            column: 'locale',
            problem: { message: expect.stringContaining('en or ru') as string },
          },
        ],
      },
    })
  })
})

describe('a person who is signed in', () => {
  const account = async (role: 'receiver' | 'clerk'): Promise<Actor & { kind: 'user' }> => {
    const { id } = await portal.prisma.user.create({
      data: {
        id: randomUUID(),
        email: `${randomUUID()}@example.com`,
        name: 'Ada',
        role,
        ...(role === 'receiver' && { receiver: { create: { id: randomUUID(), externalId: randomUUID() } } }),
      },
    })
    const { receiverId } = await portal.prisma.user.findUniqueOrThrow({ where: { id } })
    return { kind: 'user', id, role, name: 'Ada', receiverId }
  }
  const read = async ({ id }: { id: string }) => {
    const { locale, receiver } = await portal.prisma.user.findUniqueOrThrow({
      where: { id },
      include: { receiver: true },
    })
    return { account: locale, receiver: receiver?.locale ?? null }
  }

  it('chooses the language they are written to', async () => {
    const [ada, clara] = [await account('receiver'), await account('clerk')]
    for (const actor of [ada, clara]) await chooseLanguage(portal.deps, actor, { locale: 'ru' })
    expect(await read(ada)).toEqual({ account: null, receiver: 'ru' })
    expect(await read(clara)).toEqual({ account: 'ru', receiver: null })
    await chooseLanguage(portal.deps, { kind: 'stranger' }, { locale: 'en' })
  })

  it('asks for a withdrawal in the language they read, and the same form in another is the same request', async () => {
    const ada = await account('receiver')
    const form = {
      formId: randomUUID(),
      amount: '10.00',
      currency: 'EUR',
      destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
      ipAddress: null,
    }
    expect(await requestWithdrawal(portal.deps, ada, { ...form, locale: 'ru' })).toMatchObject({ ok: true })
    expect(await read(ada)).toMatchObject({ receiver: 'ru' })
    expect(await requestWithdrawal(portal.deps, ada, { ...form, locale: 'en' })).toMatchObject({
      ok: true,
      replayed: true,
    })
    expect(await read(ada)).toMatchObject({ receiver: 'ru' })
  })
})
