/** The settings as people change them: an admin proposes, another one confirms, and the operator's command goes on working. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createListener } from '#lib/db/engine/listen.ts'
import { remember } from '#lib/db/policy/remember.ts'
import { costOf } from '#lib/db/testing/count-statements.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { noBrand } from '#lib/payouts/brand.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { noteCode } from '#lib/services/order/note-code.ts'
import { createTestPortal, eventually } from '#lib/services/testing/portal.ts'
import { changeSettings } from './change-settings.ts'
import type { SettingsInput } from './change-settings.ts'
import { decideSettings } from './decide-settings.ts'
import { proposeSettings } from './propose-settings.ts'
import type { CodeInput } from './propose-settings.ts'
import { showBrand } from './show-brand.ts'
import { showSettings } from './show-settings.ts'

type User = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'root' }
const code = '123456'
const words = {
  en: { receiver: 'Your account is closed.', todo: 'Use another account.', staff: 'Closed account.' },
  ru: { receiver: 'Ваш счёт закрыт.', todo: 'Укажите другой счёт.', staff: 'Счёт закрыт.' },
}

let portal: Awaited<ReturnType<typeof createTestPortal>>
let database: TestDatabase
let ana: User
let ben: User
beforeAll(async () => {
  database = await createTestDatabase()
  portal = await createTestPortal({}, { database })
  ana = await person('admin', 'Ana')
  ben = await person('admin', 'Ben')
})
afterAll(() => portal.close())
beforeEach(async () => {
  const waiting = await portal.deps.settingsChanges.proposal()
  if (waiting) await portal.deps.settingsChanges.decide(waiting.version, 'rejected', ben)
})

async function person(role: Role, name: string): Promise<User> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name, role, passwordHash: null, totpSecret: null }
  const made = await portal.deps.people.createUser(draft, operator)
  if (made === 'email_taken') throw new Error(made)
  return { kind: 'user', id, role, name, receiverId: made.receiverId }
}

const propose = (by: Actor, settings: SettingsInput, more: { reason?: string; code?: string } = {}) =>
  proposeSettings(portal.deps, by, { settings, reason: 'why', code, ...more })
const proposeWords = (errorCode: CodeInput) =>
  proposeSettings(portal.deps, ana, { errorCode, reason: 'why', code })
const decide = (by: Actor, version: number, decision: 'confirmed' | 'rejected' | 'withdrawn') =>
  decideSettings(portal.deps, by, { version, decision, code })

async function proposed(made: ReturnType<typeof propose>): Promise<number> {
  const answer = await made
  if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.errors)}`)
  return answer.proposal.version
}

const now = () => portal.deps.settings.read()
const audits = async (version: number) =>
  (
    await portal.prisma.auditEvent.findMany({
      where: { subject: String(version), kind: { startsWith: 'settings_' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ kind, actorName }) => `${kind} by ${actorName}`)

describe('a change of the settings', () => {
  it('lets old history go after 90 days at the earliest, or never, and that takes two as well', async () => {
    expect(await propose(ana, { archiveAfterDays: '30' })).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'archiveAfterDays', said: { code: 'wholeNumber', min: 90, max: 3650 } }],
    })
    const version = await proposed(propose(ana, { archiveAfterDays: '365' }))
    expect((await now()).archiveAfterDays).toBe(0)
    await decide(ben, version, 'confirmed')
    expect((await now()).archiveAfterDays).toBe(365)
    await decide(ben, await proposed(propose(ana, { archiveAfterDays: '0' })), 'confirmed')
    expect((await now()).archiveAfterDays).toBe(0)
  })

  it('is in force only when another admin confirms it, and both are in the audit trail', async () => {
    const before = await now()
    const version = await proposed(propose(ana, { coolingOffH: '48', sendDelaysS: { EUR: '90', USD: '' } }))
    expect(await now()).toEqual(before)
    const [item] = (await portal.deps.items.list()).filter(({ kind }) => kind === 'proposal_waits')
    expect(item?.data).toEqual({ page: '/desk/settings' })
    expect(await decide(ana, version, 'confirmed')).toMatchObject({ code: 'same_person' })
    expect(await showSettings(portal.deps, ben)).toMatchObject({
      proposal: {
        ...{ mayDecide: true, mayWithdraw: false },
        was: { settings: { coolingOffH: 0, sendDelayS: { '*': 0 } } },
        becomes: { settings: { coolingOffH: 48, sendDelayS: { '*': 0, EUR: 90 } } },
      },
    })
    expect(await decide(ben, version, 'confirmed')).toMatchObject({ ok: true })
    expect(await now()).toEqual({ ...before, coolingOffH: 48, sendDelayS: { '*': 0, EUR: 90 } })
    expect(await audits(version)).toEqual(['settings_proposed by Ana', 'settings_confirmed by Ben'])
    expect(await decide(ben, version, 'confirmed')).toMatchObject({ code: 'settings_decided' })
    expect((await portal.deps.items.list()).filter(({ kind }) => kind === 'proposal_waits')).toEqual([])
  })

  it('waits alone, has a reason and a code, and must change something', async () => {
    expect(await propose(ana, { expireAfterDays: '3' }, { reason: ' ' })).toMatchObject({
      errors: [{ path: 'reason' }],
    })
    expect(await propose(ana, { expireAfterDays: '3' }, { code: '' })).toMatchObject({
      code: 'step_up_required',
    })
    expect(await propose(ana, { expireAfterDays: '7' })).toMatchObject({ code: 'settings_same' })
    expect(await propose(ana, { expireAfterDays: '91', coolingOffH: 'x' })).toMatchObject({
      errors: [{ path: 'coolingOffH' }, { path: 'expireAfterDays' }],
    })
    expect(await propose(ana, { sendDelaysS: { EUR: '-1' } })).toMatchObject({
      errors: [{ path: 'sendDelaysS.EUR' }],
    })
    await proposed(propose(ana, { expireAfterDays: '3' }))
    expect(await propose(ben, { expireAfterDays: '4' })).toMatchObject({ code: 'settings_wait' })
  })

  it('is withdrawn by its proposer and rejected by another', async () => {
    const before = await now()
    const first = await proposed(propose(ana, { grantHoldDays: '9' }))
    expect(await decide(ben, first, 'withdrawn')).toMatchObject({ code: 'forbidden' })
    expect(await decide(ana, first, 'withdrawn')).toMatchObject({ ok: true })
    const second = await proposed(propose(ana, { grantHoldDays: '9' }))
    expect(await decide(ben, second, 'rejected')).toMatchObject({ ok: true })
    expect(await now()).toEqual(before)
  })

  it('is not confirmed when the operator has changed the same meanwhile; another setting may change', async () => {
    const version = await proposed(propose(ana, { accessWaitH: '30' }))
    await changeSettings(portal.deps, operator, { independentAfterDays: '31' })
    await changeSettings(portal.deps, operator, { accessWaitH: '50' })
    expect(await decide(ben, version, 'confirmed')).toMatchObject({ code: 'settings_overtaken' })
    expect(await now()).toMatchObject({ accessWaitH: 50 })
    await changeSettings(portal.deps, operator, { accessWaitH: '24' })
    expect(await decide(ben, version, 'confirmed')).toMatchObject({ ok: true })
    expect(await now()).toMatchObject({ accessWaitH: 30, independentAfterDays: 31 })
  })

  it('takes two people in the database too', async () => {
    const version = await proposed(propose(ana, { grantHoldDays: '8' }))
    const confirm = (by: string | null) =>
      portal.prisma.$executeRaw`
        UPDATE settings_change SET decision = 'confirmed', decided_by_id = ${by}::uuid, open_key = NULL WHERE version = ${version}`
    for (const by of [ana.id, null, (await person('approver', 'Cy')).id])
      await expect(confirm(by)).rejects.toThrow('two different people')
    await expect(
      portal.prisma.$executeRaw`UPDATE settings_change SET becomes = '{}' WHERE version = ${version}`,
    ).rejects.toThrow('stays as it was proposed')
    await expect(portal.prisma.$executeRaw`DELETE FROM settings_change`).rejects.toThrow()
    await expect(
      portal.prisma
        .$executeRaw`INSERT INTO settings_change (was, becomes, reason, proposed_by_name, decision) VALUES ('{}', '{}', 'x', 'x', 'confirmed')`,
    ).rejects.toThrow('two different people')
  })
})

describe('the words of an error code', () => {
  it('are confirmed too, close the item about it, and it stays closed', async () => {
    await noteCode(portal.deps, '17')
    const about = async () =>
      portal.prisma.openItem.findFirst({
        where: { kind: 'code_without_words' },
        orderBy: { openedAt: 'desc' },
      })
    expect(await about()).toMatchObject({ closedAt: null })
    const version = await proposed(proposeWords({ code: '17', words }))
    expect((await portal.deps.errorCodes.book()).get('17')).toBeNull()
    await decide(ben, version, 'confirmed')
    expect((await portal.deps.errorCodes.book()).get('17')).toEqual(words)
    expect(await about()).toMatchObject({ closedById: ben.id })
    expect(await proposeWords({ code: '17', words })).toMatchObject({ code: 'settings_same' })

    await decide(ben, await proposed(proposeWords({ code: '17', words: null })), 'confirmed')
    await noteCode(portal.deps, '17')
    expect(await about()).toMatchObject({ closedById: ben.id })
    const shown = await showSettings(portal.deps, ana)
    if (!shown.ok) throw new Error(shown.code)
    expect(shown.codes.find((one) => one.code === '17')).toEqual({ code: '17', words: null, own: false })
    expect(shown.codes.find((one) => one.code === '1')).toMatchObject({
      own: false,
      words: { ru: { staff: expect.any(String) as string } },
    })
  })

  it('are whole in both languages', async () => {
    const ru = { ...words.ru, todo: ' ' }
    expect(await proposeWords({ code: 'x'.repeat(101), words: { ...words, ru } })).toMatchObject({
      errors: [{ path: 'errorCode' }, { path: 'ru-todo' }],
    })
  })
})

describe('the brand', () => {
  const empty = { name: '', email: '', phone: '', link: '', accentLight: '', accentDark: '' }
  const proposeBrand = (brand: typeof empty) =>
    proposeSettings(portal.deps, ana, { brand, reason: 'why', code })

  it('is changed by two admins, and its name is that of the environment until they set one', async () => {
    expect(await showBrand(portal.deps)).toMatchObject({ name: 'Example Shop', email: null })
    const version = await proposed(proposeBrand({ ...empty, name: 'Acme', email: 'help@acme.example' }))
    expect(await portal.deps.brand.read()).toMatchObject({ name: null, email: null })
    expect(await decide(ana, version, 'confirmed')).toMatchObject({ code: 'same_person' })
    expect(await decide(ben, version, 'confirmed')).toMatchObject({
      decided: {
        was: { brand: { name: null, email: null } },
        becomes: { brand: { name: 'Acme', email: 'help@acme.example' } },
      },
    })
    expect(await showBrand(portal.deps)).toMatchObject({ name: 'Acme', email: 'help@acme.example' })
    const same = { ...empty, name: 'Acme', email: 'help@acme.example' }
    expect(await proposeBrand(same)).toMatchObject({ code: 'settings_same' })
    expect(await proposeBrand({ ...same, link: 'http://acme.example' })).toMatchObject({
      errors: [{ path: 'link' }],
    })
    await decide(ben, await proposed(proposeBrand(empty)), 'confirmed')
    expect(await portal.deps.brand.read()).toEqual(noBrand)
  })

  it('has a logo: a picture that the second admin sees too, and that is served by its hash', async () => {
    const bytes = new Uint8Array(64)
    bytes.set(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\x50', 'latin1'))
    const withLogo = (logo: Uint8Array<ArrayBuffer> | null, given = code) =>
      proposeSettings(portal.deps, ana, { brand: { ...empty, logo }, reason: 'why', code: given })
    expect(await withLogo(new Uint8Array(64))).toMatchObject({ errors: [{ path: 'logo' }] })
    expect(await withLogo(bytes, '')).toMatchObject({ code: 'step_up_required' })
    expect(await portal.prisma.brandLogo.count()).toBe(0)
    const version = await proposed(withLogo(bytes))
    const waiting = await portal.deps.settingsChanges.proposal()
    const logo = waiting?.becomes.brand?.logo
    expect(logo).toMatchObject({ width: 320, height: 80 })
    expect(await portal.deps.brand.logo(logo?.hash ?? '')).toEqual({ type: 'image/png', bytes })
    await decide(ben, version, 'confirmed')
    expect(await showBrand(portal.deps)).toMatchObject({ logo })
    expect(await withLogo(bytes)).toMatchObject({ code: 'settings_same' })
    expect(await proposeBrand(empty)).toMatchObject({ code: 'settings_same' })
    await expect(
      portal.prisma.brandLogo.create({ data: { hash: 'f'.repeat(64), type: 'image/png', bytes } }),
    ).rejects.toThrow('brand_logo_named_by_bytes')
    await decide(ben, await proposed(withLogo(null)), 'confirmed')
    expect(await portal.deps.brand.read()).toEqual(noBrand)
  })

  it('is not confirmed over another one that was set since', async () => {
    const version = await proposed(proposeBrand({ ...empty, phone: '+44 20 7946 0123' }))
    await portal.prisma.brand.update({ where: { id: 1 }, data: { body: { phone: '+44 20 7946 0999' } } })
    expect(await decide(ben, version, 'confirmed')).toMatchObject({ code: 'settings_overtaken' })
    await portal.prisma.brand.update({ where: { id: 1 }, data: { body: {} } })
  })

  it('costs no statement, and is forgotten everywhere when it changes', async () => {
    const listener = createListener(database.directUrl ?? database.url)
    try {
      const read = remember(portal.deps.brand.read, 'brand_changed', listener)
      await eventually(async () => {
        await read()
        return (await costOf(read)).statements === 0 ? true : 'still asks the database'
      })
      await decide(ben, await proposed(proposeBrand({ ...empty, name: 'Other' })), 'confirmed')
      await eventually(async () => ((await read()).name === 'Other' ? true : 'the old name'))
    } finally {
      await listener.stop()
    }
  })
})
