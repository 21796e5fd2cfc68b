/** Moving in: what is said of each row, that it takes two people, and that nothing comes twice or overwrites anything. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportKind } from '#lib/payouts/import-problems.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { applyImports } from './apply-imports.ts'
import { checkImport } from './check-import.ts'
import { decideImport } from './decide-import.ts'
import { importedOf, listImported, openImportErrors, paidBefore, showImport } from './show-imports.ts'

const code = '123456'
const operator: Actor = { kind: 'operator', name: 'root' }
const iban = 'DE89370400440532013000'
const otherIban = 'GB82WEST12345698765432'
let portal: Awaited<ReturnType<typeof createTestPortal>>
let ana: Person
let ben: Person
beforeAll(async () => {
  portal = await createTestPortal()
  const staff = createStaff(portal)
  ana = await staff.person('admin', 'Ana')
  ben = await staff.person('admin', 'Ben')
})
afterAll(() => portal.close())

const heads: Record<ImportKind, string> = {
  receivers: 'receiver,email,first_name,last_name,locale',
  destinations: 'receiver,account_number,label,default',
  history: 'reference,receiver,currency,amount,status,ended_at,last4,order_id,note',
}
const someId = () => `moved-${randomUUID().slice(0, 8)}`
const never = new AbortController().signal
const work = () => applyImports(portal.deps, never)

function check(kind: ImportKind, rows: string[], more: { atOnce?: boolean; source?: string } = {}) {
  const bytes = new TextEncoder().encode([heads[kind], ...rows].join('\n'))
  const { atOnce = false, source = 'Old shop' } = more
  return checkImport(portal.deps, ana, { kind, name: 'old.csv', bytes, source, atOnce, code })
}
async function propose(...given: Parameters<typeof check>) {
  const checked = await check(...given)
  if (!checked.ok || !checked.imported) throw new Error(JSON.stringify(checked))
  return checked.imported
}
const confirm = (id: string) => decideImport(portal.deps, ben, { id, decision: 'confirmed', code })
async function moveIn(...given: Parameters<typeof check>) {
  const { id, wrong } = await propose(...given)
  if (wrong > 0) throw new Error(JSON.stringify(await codesOf(id)))
  expect(await confirm(id)).toMatchObject({ ok: true })
  await work()
  const done = await portal.deps.imports.find(id)
  if (!done) throw new Error('it vanished')
  return done
}
async function codesOf(id: string) {
  const found = await showImport(portal.deps, ana, { id })
  if (!found.ok) throw new Error(found.code)
  return found.problems.map((one) => [
    one.line,
    one.code === 'field' ? (one.problem.said?.code ?? one.problem.message) : one.code,
  ])
}
const receiver = (externalId: string) => portal.deps.receivers.find(externalId)
async function destinationsOf(externalId: string) {
  const found = await receiver(externalId)
  return portal.deps.destinations.ofReceiver(found?.id ?? '')
}

describe('receivers', () => {
  it('come in once, and the same file again changes nothing', async () => {
    const [a, b] = [someId(), someId()]
    const rows = [`${a},ada@example.com,Ada,Nowak,en`, `${b},,,,ru`]
    expect(await moveIn('receivers', rows)).toMatchObject({ made: 2, leftOut: 0, known: 0, rows: 2 })
    expect(await receiver(a)).toMatchObject({ email: 'ada@example.com', firstName: 'Ada', locale: 'en' })
    expect(await moveIn('receivers', rows)).toMatchObject({ made: 0, known: 2 })
  })

  it('are never overwritten: another name or language is named by its line', async () => {
    const [a, b] = [someId(), someId()]
    await moveIn('receivers', [`${a},,Ada,,en`, `${b},,,,`])
    const { id, wrong } = await propose('receivers', [
      `${a},,Eve,,`,
      `${a},,Ada,,`,
      `${b},,Bo,,`,
      `${a}x,no address,,,de`,
    ])
    expect(await codesOf(id)).toEqual([
      [2, 'receiverDiffers'],
      [3, 'sameAbove'],
      [5, 'email'],
      [5, 'Must be a language we write in: en or ru.'],
    ])
    expect(wrong).toBe(3)
    expect(await propose('receivers', [`${a},,Ada,,ru`])).toMatchObject({ wrong: 1 })
    // Who is known by id alone is named, and their language too.
    expect(await moveIn('receivers', [`${b},,Bo,,ru`])).toMatchObject({ made: 1 })
    expect(await receiver(b)).toMatchObject({ firstName: 'Bo', locale: 'ru' })
  })

  it('that changed between the check and the second person are left out and named', async () => {
    const [a, b] = [someId(), someId()]
    const { id } = await propose('receivers', [`${a},,Ada,,`, `${b},,Bo,,`])
    await portal.prisma.receiver.create({ data: { id: randomUUID(), externalId: a, firstName: 'Eve' } })
    await confirm(id)
    await work()
    const found = await showImport(portal.deps, ana, { id })
    expect(found).toMatchObject({
      state: 'done',
      imported: { made: 1, leftOut: 1 },
      leftOut: [{ line: 2, code: 'receiverDiffers' }],
    })
    expect(await receiver(a)).toMatchObject({ firstName: 'Eve' })
  })

  it('with odd names come in as they are, a thousand and more in parts', async () => {
    const name = someId()
    const odd = [`שלום`, 'Ä'.repeat(50), `"O'Neil, ""Jr"""`, `👩‍👩‍👧`]
    const rows = Array.from({ length: 2_500 }, (_, n) => `${name}-${n},,${odd[n % odd.length] ?? ''},,`)
    expect(await moveIn('receivers', rows)).toMatchObject({ parts: 3, done: 3, made: 2_500 })
    expect(await receiver(`${name}-2`)).toMatchObject({ firstName: `O'Neil, "Jr"` })
    expect(await portal.prisma.importPart.count({ where: { what: 'rows' } })).toBe(0)
  })
})

describe('two people', () => {
  it('are asked: nobody confirms their own, and nothing comes in before', async () => {
    const a = someId()
    const { id } = await propose('receivers', [`${a},,Ada,,`])
    await work()
    expect(await receiver(a)).toBeNull()
    const own = { id, decision: 'confirmed' as const, code }
    expect(await decideImport(portal.deps, ana, own)).toMatchObject({ code: 'same_person' })
    expect(await decideImport(portal.deps, operator, own)).toMatchObject({ code: 'same_person' })
    await expect(
      portal.prisma
        .$executeRaw`UPDATE import SET decision = 'confirmed', decided_by_id = proposed_by_id WHERE id = ${id}::uuid`,
    ).rejects.toThrow('two different people')
    await expect(
      portal.prisma.$executeRaw`UPDATE import SET done = 1 WHERE id = ${id}::uuid`,
    ).rejects.toThrow('not confirmed')
    expect(await decideImport(portal.deps, ben, { id, decision: 'rejected', code })).toMatchObject({
      ok: true,
    })
    await work()
    expect(await receiver(a)).toBeNull()
    expect(await confirm(id)).toMatchObject({ code: 'import_decided' })
    expect(await portal.prisma.importPart.count({ where: { importId: id } })).toBe(0)
  })

  it('hear of it: a mail to the others, an open item until it is decided, and a week at most', async () => {
    const before = (await portal.mails({})).length
    const { id } = await propose('receivers', [`${someId()},,Ada,,`])
    expect((await portal.mails({})).length).toBe(before + 1)
    const waiting = () =>
      portal.prisma.openItem.count({ where: { openKey: `proposal_waits:import:${id}`, closedAt: null } })
    expect(await waiting()).toBe(1)
    await portal.deps.imports.dropOld(-1_000)
    expect(await waiting()).toBe(0)
    expect(await portal.deps.imports.find(id)).toMatchObject({ decision: 'expired' })
  })

  it('a code is needed, and a file with errors needs none because it is nothing to confirm', async () => {
    const bytes = new TextEncoder().encode(`${heads.receivers}\n${someId()},,Ada,,`)
    const request = { kind: 'receivers' as const, name: 'x', bytes, source: '', atOnce: false, code: '' }
    expect(await checkImport(portal.deps, ana, request)).toMatchObject({ code: 'step_up_required' })
    const { id } = await propose('receivers', [',,Ada,,'])
    expect(await confirm(id)).toMatchObject({ code: 'import_decided' })
    const file = await openImportErrors(portal.deps, ana, { id, locale: 'en' })
    if (!file.ok) throw new Error(file.code)
    const lines = []
    for await (const page of file.pages) lines.push(...page)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.[0]).toBe('2')
  })
})

describe('saved bank accounts', () => {
  it('are sealed, masked, cool off, and no receiver gets a mail', async () => {
    await portal.deps.settings.change({ coolingOffH: 24 }, operator)
    const a = someId()
    await moveIn('receivers', [`${a},${a}@example.com,Ada,,`])
    const { id } = await propose('destinations', [`${a},${iban},Home,`, `${a},${otherIban},,yes`])
    const kept = await portal.prisma.importPart.findMany({ where: { importId: id } })
    expect(JSON.stringify(kept)).not.toContain(iban)
    await confirm(id)
    await work()
    const saved = await destinationsOf(a)
    expect(
      saved.map(({ label, isDefault, last4, isCoolingOff }) => [label, isDefault, last4, isCoolingOff]),
    ).toEqual([
      ['Account, ending 5432', true, '5432', true],
      ['Home', false, '3000', true],
    ])
    expect(await portal.mails({ recipient: `${a}@example.com` })).toEqual([])
    expect(await moveIn('destinations', [`${a},${iban},Other,`])).toMatchObject({ made: 0, known: 1 })
  })

  it('skip cooling off only as both people saw it', async () => {
    await portal.deps.settings.change({ coolingOffH: 24 }, operator)
    const a = someId()
    await moveIn('receivers', [`${a},,Ada,,`])
    const { id } = await propose('destinations', [`${a},${iban},,`], { atOnce: true })
    await expect(
      portal.prisma.$executeRaw`UPDATE import SET at_once = false WHERE id = ${id}::uuid`,
    ).rejects.toThrow('stays as it was proposed')
    await confirm(id)
    await work()
    expect(await destinationsOf(a)).toMatchObject([{ isCoolingOff: false }])
  })

  it('never come to somebody who is paid or asks here: not by the check, the worker or the database', async () => {
    const [a, b] = [someId(), someId()]
    await moveIn('receivers', [`${a},,Ada,,`, `${b},,Bo,,`])
    await portal.ask({ receiver: { externalId: a, firstName: 'Ada' } })
    const refused = await propose('destinations', [`${a},${otherIban},,`, `nobody-${a},${iban},,`])
    expect(await codesOf(refused.id)).toEqual([
      [2, 'receiverLive'],
      [3, 'receiverUnknown'],
    ])
    // Bo begins to use the portal after the check.
    const { id } = await propose('destinations', [`${b},${otherIban},,`], { atOnce: true })
    await portal.ask({ receiver: { externalId: b, firstName: 'Bo' } })
    await confirm(id)
    await work()
    expect(await portal.deps.imports.find(id)).toMatchObject({ made: 0, leftOut: 1 })
    expect((await destinationsOf(b)).map(({ last4 }) => last4)).not.toContain('5432')
    const someone = await receiver(b)
    await expect(
      portal.prisma.$executeRaw`
        INSERT INTO destination (id, receiver_id, label, sealed, print, created_by_name, import_id)
        VALUES (gen_random_uuid(), ${someone?.id}::uuid, 'x', 'v1.x', 'x', 'x', ${id}::uuid)`,
    ).rejects.toThrow('two people agreed')
  })

  it('are judged as everywhere: a typo in an IBAN, a label with the number, a missing field', async () => {
    const a = someId()
    await moveIn('receivers', [`${a},,Ada,,`, `${a}2,,,,`])
    const { id } = await propose('destinations', [
      `${a},DE00370400440532013000,,`,
      `${a},${iban},my ${iban},`,
      `${a},,x,maybe`,
      `${a},8.90E+21,,`,
      `${a}2,${iban},,`,
    ])
    expect(await codesOf(id)).toEqual([
      [2, 'ibanTypo'],
      [3, 'labelNumber'],
      [4, 'oneOf'],
      [5, 'shortened'],
      [6, 'fieldMissing'],
    ])
  })
})

describe('past payouts', () => {
  const row = (reference: string, to: string, more = '') =>
    `${reference},${to},EUR,1250.50,paid,2026-01-31,3000,777,${more}`

  it('are records of their own: shown, searched, and never a payout', async () => {
    const a = someId()
    await moveIn('receivers', [`${a},,Ada,,`])
    const payouts = await portal.prisma.payout.count()
    const made = await moveIn('history', [
      row(`${a}-1`, a, 'first'),
      `${a}-2,${a},VND,12500000000,FAILED,2026-02-01T10:00:00+02:00,,,`,
    ])
    expect(made).toMatchObject({
      made: 2,
      source: 'Old shop',
      sums: [
        { currency: 'EUR', status: 'paid', count: 1, amountMinor: 125_050n },
        { currency: 'VND', status: 'failed', count: 1, amountMinor: 12_500_000_000n },
      ],
    })
    expect(await portal.prisma.payout.count()).toBe(payouts)
    const own = await receiver(a)
    const shown = await importedOf(portal.deps, ben, own?.id ?? '')
    expect(
      shown.map(({ reference, accountLast4, orderId, note }) => [reference, accountLast4, orderId, note]),
    ).toEqual([
      [`${a}-2`, null, null, null],
      [`${a}-1`, '3000', '777', 'first'],
    ])
    for (const search of [`${a}-1`, a]) {
      const found = await listImported(portal.deps, ben, { search })
      expect(found.ok && found.data.map(({ reference }) => reference)).toContain(`${a}-1`)
    }
    await expect(
      portal.prisma.importedPayout.updateMany({ where: { reference: `${a}-1` }, data: { note: 'x' } }),
    ).rejects.toThrow()
    expect(await portal.deps.ledger.check()).toMatchObject({ balanced: true })
  })

  it('are one payout per former system and reference; another amount is named', async () => {
    const a = someId()
    await moveIn('receivers', [`${a},,Ada,,`])
    await moveIn('history', [row(`${a}-1`, a)])
    expect(await moveIn('history', [row(`${a}-1`, a, 'worded otherwise')])).toMatchObject({
      made: 0,
      known: 1,
    })
    expect(await moveIn('history', [row(`${a}-1`, a)], { source: 'Older shop' })).toMatchObject({ made: 1 })
    const { id } = await propose('history', [
      row(`${a}-1`, a).replace('1250.50', '1250.51'),
      row(`${a}-2`, `nobody-${a}`),
      `${a}-3,${a},EURO,1,requested,2999-01-01,12345,,`,
    ])
    expect(await codesOf(id)).toEqual([
      [2, 'historyDiffers'],
      [3, 'receiverUnknown'],
      [4, 'tooLong'],
      [4, 'currencyCode'],
      [4, 'oneOf'],
      [4, 'pastMoment'],
    ])
  })

  it('say that the same may have been paid before, and decide nothing', async () => {
    const a = someId()
    await moveIn('receivers', [`${a},,Ada,,`])
    const lately = new Date(Date.now() - 3 * 86_400_000).toISOString()
    await moveIn('history', [
      `${a}-1,${a},EUR,100.50,paid,${lately},,,`,
      `${a}-2,${a},EUR,100.50,declined,${lately},,,`,
      `${a}-3,${a},EUR,100.50,paid,2020-01-01,,,`,
    ])
    const id = await portal.ask({ receiver: { externalId: a, firstName: 'Ada' } })
    const found = await paidBefore(portal.deps, ben, await portal.payout(id))
    expect(found.map(({ reference }) => reference)).toEqual([`${a}-1`])
  })
})
