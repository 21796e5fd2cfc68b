import { createHash, randomUUID } from 'node:crypto'
import Papa from 'papaparse'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { fillDatabase, staffId } from '#lib/db/testing/fill.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { askForFile } from './ask-for-file.ts'
import { listColumns } from './list-columns.ts'
import { listFiles } from './list-files.ts'
import { makeNextFile } from '#lib/services/standby/make-file.ts'
import { openFile } from './open-file.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ids: string[]
beforeAll(async () => {
  portal = await createTestPortal()
  ids = []
  for (let n = 0; n < 5; n++) ids.push(await portal.ask({ amount: `${n + 1}00.50`, description: `=${n}+1` }))
})
afterAll(() => portal.close())
beforeEach(() => portal.prisma.$executeRaw`TRUNCATE export, export_part`)
const { person: account } = createAccounts(() => portal.deps)
const person = async (role: Role): Promise<Actor> => {
  const { id } = await account(role)
  return { kind: 'user', id, role, name: role, receiverId: null }
}
const never = new AbortController().signal

const ask = async (actor: Actor, some: Partial<Parameters<typeof askForFile>[2]> = {}) => {
  const result = await askForFile(portal.deps, actor, {
    ...{ filter: {}, sort: 'newest', columns: ['amount', 'description'], format: 'csv' },
    ...{ locale: 'en', query: 'columns=amount,description', zone: 'UTC', ...some },
  })
  if (!result.ok) throw new Error(result.code)
  return result.id
}
const fileOf = async (actor: Actor, id: string) => {
  const result = await openFile(portal.deps, actor, { id })
  if (!result.ok) return result.code
  const parts: Uint8Array[] = []
  for await (const part of result.parts) parts.push(part)
  return { bytes: Buffer.concat(parts), manifest: result.file.manifest }
}
const made = async (actor: Actor, id: string) => {
  const file = await fileOf(actor, id)
  if (typeof file === 'string') throw new Error(file)
  return file
}

it('is made of the list that was asked for, and its manifest says what it is', async () => {
  const clerk = await person('clerk')
  const id = await ask(clerk, { sort: 'smallest', filter: { currency: 'EUR', minMinor: 20_000n } })
  await makeNextFile(portal.deps, never)
  const { bytes, manifest } = await made(clerk, id)
  const [heads, ...rows] = Papa.parse<string[]>(bytes.toString().trim().replace('\uFEFF', '')).data
  expect(heads).toEqual(['id', 'amount', 'currency', 'description'])
  expect(rows).toEqual([1, 2, 3, 4].map((n) => [ids[n], `${n + 1}00.50`, 'EUR', `'=${n}+1`]))
  expect(manifest).toMatchObject({
    rows: 4,
    sums: [{ currency: 'EUR', count: 4, amount: '1402.00' }],
    sha256: createHash('sha256').update(bytes).digest('hex'),
    columns: heads,
  })
})

it('of thousands of rows comes in several pieces, and holds each payout once, in order', async () => {
  const database = await createTestDatabase()
  await fillDatabase(database.url, 8_000)
  const full = await createTestPortal({}, { database })
  try {
    const { deps, prisma } = full
    const staff: Actor = { kind: 'user', id: staffId(1), name: 'Ana', role: 'approver', receiverId: null }
    const asked = await askForFile(deps, staff, {
      ...{ filter: {}, sort: 'newest', columns: listColumns, format: 'csv' },
      ...{ locale: 'en', query: '', zone: 'UTC' },
    })
    if (!asked.ok) throw new Error(asked.code)
    await makeNextFile(deps, never)
    expect(await prisma.exportPart.count({ where: { exportId: asked.id } })).toBeGreaterThan(2)
    const opened = await openFile(deps, staff, { id: asked.id })
    if (!opened.ok) throw new Error(opened.code)
    const parts: Uint8Array[] = []
    for await (const part of opened.parts) parts.push(part)
    const bytes = Buffer.concat(parts)
    const [heads, ...rows] = Papa.parse<string[]>(bytes.toString().trim().replace('\uFEFF', '')).data
    const held = await prisma.payout.findMany({
      orderBy: { seq: 'desc' },
      select: { id: true, amountMinor: true, currency: true },
    })
    expect(rows.map(([id]) => id)).toEqual(held.map(({ id }) => id))
    const [amount, currency] = ['amount', 'currency'].map((name) => heads?.indexOf(name) ?? -1)
    const sumOf = (of: string) =>
      rows
        .filter((row) => row[currency ?? -1] === of)
        .reduce((sum, row) => sum + BigInt((row[amount ?? -1] ?? '').replace('.', '')), 0n)
    const sums = ['EUR', 'USD'].map((of) => {
      const those = held.filter((one) => one.currency === of)
      const minor = those.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
      expect(sumOf(of)).toBe(minor)
      return { currency: of, count: those.length, amount: formatAmount(minor, of) }
    })
    expect(opened.file.manifest).toMatchObject({
      rows: 8_000,
      sums,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
  } finally {
    await full.close()
  }
})

it('can be a spreadsheet', async () => {
  const clerk = await person('clerk')
  const id = await ask(clerk, { format: 'xlsx' })
  await makeNextFile(portal.deps, never)
  const { bytes, manifest } = await made(clerk, id)
  expect(bytes.subarray(0, 2).toString()).toBe('PK')
  expect(manifest?.rows).toBe(5)
})

it('is for the person who asked, and for those who may see the audit trail, which shows every download', async () => {
  const [clerk, other, auditor] = [await person('clerk'), await person('approver'), await person('auditor')]
  const id = await ask(clerk)
  expect(await fileOf(clerk, id)).toBe('not_found')
  await makeNextFile(portal.deps, never)
  expect(await fileOf(other, id)).toBe('not_found')
  expect(await fileOf(auditor, id)).toMatchObject({ manifest: { rows: 5 } })
  const listed = async (actor: Actor) => {
    const result = await listFiles(portal.deps, actor)
    return result.ok ? result.files.length : result.code
  }
  expect([await listed(clerk), await listed(other), await listed(auditor)]).toEqual([1, 0, 1])
  const audited = await portal.prisma.auditEvent.findMany({ where: { subject: id }, orderBy: { id: 'asc' } })
  expect(audited.map(({ kind, actorName }) => [kind, actorName])).toEqual([
    ['payouts_exported', 'clerk'],
    ['export_downloaded', 'auditor'],
  ])
})

it('is started over by another worker when one is lost, and the one that comes back late changes nothing', async () => {
  const clerk = await person('clerk')
  const id = await ask(clerk)
  const lost = await portal.deps.exports.claim(60_000)
  expect(lost?.id).toBe(id)
  expect(await portal.deps.exports.put(lost!, 0, Buffer.from('half'))).toBe(true)
  // Nobody takes it while it may be alive.
  expect(await portal.deps.exports.claim(60_000)).toBeNull()
  await portal.prisma.$executeRaw`UPDATE export SET lease_until = now() - interval '1 second'`
  await makeNextFile(portal.deps, never)
  expect(await portal.deps.exports.put(lost!, 1, Buffer.from('late'))).toBe(false)
  expect(await portal.deps.exports.fail(lost!, 'interrupted')).toBe(false)
  expect((await made(clerk, id)).bytes.toString()).not.toContain('half')
})

it('is given up after three starts', async () => {
  const clerk = await person('clerk')
  const id = await ask(clerk)
  await portal.prisma.$executeRaw`UPDATE export SET attempts = 3`
  await makeNextFile(portal.deps, never)
  expect((await portal.deps.exports.find(id))?.failure).toBe('interrupted')
})

it('goes after its time, and what it was stays', async () => {
  const clerk = await person('clerk')
  const id = await ask(clerk)
  await makeNextFile(portal.deps, never)
  await portal.prisma.$executeRaw`UPDATE export SET expires_at = now() - interval '1 second'`
  expect(await fileOf(clerk, id)).toBe('not_found')
  await makeNextFile(portal.deps, never)
  expect(await portal.prisma.exportPart.count()).toBe(0)
  expect(await portal.deps.exports.find(id)).toMatchObject({ expiresAt: null, manifest: { rows: 5 } })
})

it('each person keeps ten, and waits for three at most', async () => {
  const clerk = await person('clerk')
  const first = await ask(clerk)
  await makeNextFile(portal.deps, never)
  for (let n = 0; n < 10; n++) {
    await ask(clerk)
    await makeNextFile(portal.deps, never)
  }
  expect(await fileOf(clerk, first)).toBe('not_found')
  for (let n = 0; n < 3; n++) await ask(clerk)
  await expect(ask(clerk)).rejects.toThrow('rate_limited')
  expect(await fileOf(clerk, randomUUID())).toBe('not_found')
})
