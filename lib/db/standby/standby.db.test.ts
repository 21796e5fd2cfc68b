/** Reading from a real standby: how old it is said to be, what a person just did, and what happens when it fails. */
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { isDatabaseAway } from '#lib/db/engine/away.ts'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { startPair } from '#lib/db/testing/standby.ts'
import type { Pair } from '#lib/db/testing/standby.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { listDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { fromPrimary } from '#lib/services/standby/ports.ts'
import type { OpenReads } from '#lib/services/standby/ports.ts'
import { makeNextFile } from '#lib/services/standby/make-file.ts'
import { showReport } from '#lib/services/standby/show-report.ts'
import { askForFile } from '#lib/services/payout/ask-for-file.ts'
import { openForFile, openForPage, placeOfAct, standbyHealth } from '#lib/runtime/standby/standby.ts'
import { processState } from '#lib/runtime/process-state.ts'
import { createTestPortal, system } from '#lib/services/testing/portal.ts'
import { readPlace, writePlace } from './judge-standby.ts'
import { createReadStores } from './read-stores.ts'
import { createStandby } from './standby.ts'
import type { Standby } from './standby.ts'

type Portal = Awaited<ReturnType<typeof createTestPortal>>
const clerk: Actor = { kind: 'operator', name: 'clerk' }
const never = new AbortController().signal
let pair: Pair
let portal: Portal
let prisma: Database
/** What is read from the primary, by name, and what is logged. */
let [fromThePrimary, logged]: [string[], string[]] = [[], []]

beforeAll(async () => {
  pair = await startPair()
  portal = await createTestPortal({}, { database: { url: pair.primary.url, drop: () => Promise.resolve() } })
  prisma = createPrisma(pair.standby.url, { isStandby: true, poolWaitMs: 1_000 })
}, 120_000)
afterAll(async () => {
  await prisma.$disconnect()
  await portal.close()
  await pair.end()
})
beforeEach(() => {
  ;[fromThePrimary, logged] = [[], []]
})

async function replay(what: 'pause' | 'resume'): Promise<void> {
  await pair.standby.admin.query(`SELECT pg_wal_replay_${what}()`)
  if (what === 'pause')
    await expect
      .poll(
        async () =>
          (await pair.standby.admin.query<object>('SELECT pg_get_wal_replay_pause_state() AS s')).rows,
      )
      .toEqual([{ s: 'paused' }])
}

function readFrom(on: Database = prisma, mostLagMs = 30_000): Standby {
  const noted =
    <Args extends unknown[], T>(name: string, read: (...args: Args) => T) =>
    (...args: Args): T => {
      fromThePrimary.push(name)
      return read(...args)
    }
  const { payouts, reports, monitoring, clock, vault } = portal.deps
  const primary = {
    payouts: { list: noted('list', payouts.list), sums: noted('sums', payouts.sums) },
    reports: {
      since: noted('since', reports.since),
      openByDay: noted('openByDay', reports.openByDay),
      startOf: noted('startOf', reports.startOf),
    },
  }
  const note = (_facts: object, message: string) => void logged.push(message)
  return createStandby(
    on,
    { standby: createReadStores(on, vault as Parameters<typeof createReadStores>[1]), primary },
    { logPlace: monitoring.logPlace, mostLagMs, clock, log: { info: note, warn: note, error: note } },
  )
}

const placeNow = () => portal.deps.monitoring.logPlace()
const idsIn = async (open: OpenReads, filter = {}) => {
  const list = await listDeskPayouts(portal.deps, clerk, filter, open)
  if (!list.ok) throw new Error(list.code)
  return list.rows.map(({ id }) => id)
}
/** Until the standby has everything. */
const caughtUp = async (standby: Standby, need: { search?: boolean } = {}) => {
  const place = await placeNow()
  await expect.poll(async () => (await standby.open({ ...need, place })).asOf).not.toBeNull()
}

describe('a standby that follows', () => {
  it('shows what the primary has, and takes no writing', async () => {
    const id = await portal.ask()
    const standby = readFrom()
    await caughtUp(standby)
    expect(await idsIn(standby.open)).toContain(id)
    expect(fromThePrimary).toEqual([])
    const { asOf } = await standby.open({})
    expect(Math.abs(Date.now() - Number(asOf))).toBeLessThan(10_000)
    expect(await standby.health()).toEqual({ state: 'ok', lagMs: 0 })
    await expect(prisma.setting.create({ data: { key: 'x', value: 1 } })).rejects.toThrow(/read-only/)
  })

  it('gives the same lists, sums and reports as the primary', async () => {
    for (const [amount, currency] of [
      ['1.00', 'EUR'],
      ['2.00', 'USD'],
    ] as const)
      await portal.ask({ amount, currency, description: `About ${amount}` })
    await portal.deps.payouts.keepSearch()
    const standby = readFrom()
    await caughtUp(standby, { search: true })
    for (const filter of [
      {},
      { search: 'About 1' },
      { currency: 'USD' },
      { currency: 'EUR', sort: 'largest' as const },
      { statuses: ['requested' as const] },
    ]) {
      const [here, there] = await Promise.all(
        [fromPrimary(portal.deps), standby.open].map((open) =>
          listDeskPayouts(portal.deps, clerk, filter, open),
        ),
      )
      if (!here?.ok || !there?.ok) throw new Error('refused')
      expect(here.rows.length).toBeGreaterThan(0)
      expect({ ...there, asOf: null }).toEqual(here)
      expect(there.asOf).not.toBeNull()
    }
    const auditor: Actor = { kind: 'user', id: 'a', name: 'A', role: 'auditor', receiverId: null }
    const report = (open: OpenReads) => showReport(portal.deps, auditor, { days: 7, zone: 'UTC' }, open)
    const there = await report(standby.open)
    expect({ ...there, asOf: null }).toEqual(await report(fromPrimary(portal.deps)))
    expect(fromThePrimary).toEqual([])
  })
})

describe('a standby that is behind', () => {
  afterEach(() => replay('resume'))

  it('is as old as it says: what came later is not in it', async () => {
    const standby = readFrom()
    await caughtUp(standby)
    await replay('pause')
    const id = await portal.ask()
    const later = new Date()
    await vi.waitUntil(async () => ((await standby.health()).lagMs ?? 0) > 0, { timeout: 10_000 })
    const { asOf, stores } = await standby.open({})
    expect(Number(asOf)).toBeLessThanOrEqual(Number(later))
    const { rows } = await stores.payouts.list({}, { limit: 10 })
    expect(rows.map((row) => row.id)).not.toContain(id)
  })

  it('is not read when it is too far behind, which is logged once, and is read again afterwards', async () => {
    const standby = readFrom(prisma, 300)
    await caughtUp(standby)
    await replay('pause')
    const id = await portal.ask()
    await expect.poll(async () => (await standby.open({})).asOf).toBeNull()
    expect(await idsIn(standby.open)).toContain(id)
    expect(await idsIn(standby.open)).toContain(id)
    expect((await standby.health()).state).toBe('behind')
    expect(logged).toEqual(['lists and reports are read from the primary'])
    await replay('resume')
    await caughtUp(standby)
    expect(logged.at(-1)).toBe('lists and reports are read from the standby again')
  })

  it('is not read by people who did something that it lacks', async () => {
    const id = await portal.ask()
    const standby = readFrom()
    await caughtUp(standby)
    await replay('pause')
    const cancelled = await cancelPayout(portal.deps, system, await portal.payout(id))
    expect(cancelled.ok).toBe(true)
    // As it goes into a cookie and comes back.
    const place = readPlace(writePlace(await placeNow()))
    const statusFor = async (open: OpenReads) => {
      const { stores } = await open()
      return (await stores.payouts.list({ ids: [id] }, { limit: 1 })).rows[0]?.status
    }
    expect(await statusFor(() => standby.open({ place }))).toBe('cancelled')
    expect(await statusFor(() => standby.open({}))).toBe('requested')
    await replay('resume')
    await expect.poll(async () => (await standby.open({ place })).asOf).not.toBeNull()
    expect(await statusFor(() => standby.open({ place }))).toBe('cancelled')
  })

  it('is as old as the oldest payout that its searches do not find', async () => {
    const standby = readFrom()
    const before = new Date()
    const id = await portal.ask({ description: 'Just made' })
    const place = await placeNow()
    await expect.poll(async () => (await standby.open({ place })).asOf).not.toBeNull()
    const { asOf } = await standby.open({ search: true })
    expect(Number(asOf)).toBeLessThanOrEqual(Date.now())
    expect(Number(asOf) - Number(before)).toBeLessThan(1_000)
    // Who made it finds it, on the primary, which then has what searches look up.
    const open: OpenReads = (need) => standby.open({ ...need, place })
    expect(await idsIn(open, { search: 'Just made' })).toEqual([id])
    expect(fromThePrimary).toContain('list')
    await expect.poll(async () => (await open({ search: true })).asOf).not.toBeNull()
    expect(await idsIn(open, { search: 'Just made' })).toEqual([id])
  })

  it('is waited for by a file, which has everything that was there when it was begun', async () => {
    const owner = await portal.approver()
    const standby = readFrom()
    await caughtUp(standby)
    await replay('pause')
    const id = await portal.ask()
    const asked = await askForFile(portal.deps, owner, {
      ...{ filter: { statuses: ['requested'] }, sort: 'newest', columns: ['amount'] },
      ...{ format: 'csv', locale: 'en', query: '', zone: 'UTC' },
    })
    if (!asked.ok) throw new Error(asked.code)
    let waits = false
    const open: OpenReads = async (need) => {
      waits = true
      return standby.open({ ...need, place: await placeNow(), waitMs: 20_000 })
    }
    const made = makeNextFile(portal.deps, never, open)
    await vi.waitUntil(() => waits)
    await replay('resume')
    await made
    const parts: Uint8Array[] = []
    for await (const part of portal.deps.exports.read(asked.id)) parts.push(part)
    expect(Buffer.concat(parts).toString()).toContain(id)
    expect(fromThePrimary).toEqual([])
  })
})

describe('what is no standby of this primary', () => {
  it('is not read', async () => {
    const primary = createPrisma(pair.primary.url, { isStandby: true })
    try {
      const standby = readFrom(primary)
      expect((await standby.open({})).asOf).toBeNull()
      expect((await standby.health()).state).toBe('unrelated')
    } finally {
      await primary.$disconnect()
    }
  })

  it('is refused by a pool whose other connections lead to another server', async () => {
    const ports = [pair.standby.url, pair.primary.url].map((url) => Number(new URL(url).port))
    const balancer = createServer((socket) => {
      const onward = connect(ports.shift() ?? 0, '127.0.0.1')
      for (const one of [socket, onward]) one.on('error', () => undefined)
      socket.pipe(onward).pipe(socket)
    })
    await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve))
    const address = new URL(pair.standby.url)
    address.port = String((balancer.address() as AddressInfo).port)
    const balanced = createPrisma(address.href, { isStandby: true, poolSize: 2 })
    try {
      await balanced.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT 1`
        await expect(balanced.sql.query('SELECT 1')).rejects.toSatisfy(isDatabaseAway)
      })
    } finally {
      await balanced.$disconnect()
      balancer.close()
    }
  })
})

it('a web server reads it for a page, unless the last act of its reader is not in it', async () => {
  const before = processState.runtime
  const env = {
    ...{ databaseReplicaUrl: pair.standby.url, replicaMaxLagMs: 30_000, databasePoolSize: 4 },
    ...{ authSecret: 'x', dataKeys: [{ id: 'test', key: Buffer.alloc(32, 7) }] },
  }
  const compose = (given: object, deps: object = portal.deps) => {
    processState.runtime = Promise.resolve({ deps, env: given })
  }
  compose(env)
  try {
    await expect.poll(async () => (await (await openForPage(null))()).asOf).not.toBeNull()
    await expect.poll(async () => (await (await openForFile())()).asOf).not.toBeNull()
    expect(await standbyHealth()).toMatchObject({ state: 'ok' })
    await replay('pause')
    await portal.ask()
    const act = await placeOfAct()
    expect(act?.countsMs).toBe(60_000)
    expect((await (await openForPage(act?.place ?? ''))()).asOf).toBeNull()
    expect((await (await openForPage(null))()).asOf).not.toBeNull()
    await replay('resume')
    await expect.poll(async () => (await (await openForPage(act?.place ?? ''))()).asOf).not.toBeNull()
    const { monitoring } = portal.deps
    const silent = { ...monitoring, logPlace: () => Promise.reject(new Error('away')) }
    compose(env, { ...portal.deps, monitoring: silent })
    // An act whose place could not be asked is nowhere but on the primary.
    expect((await placeOfAct())?.place).toBe('unknown')
    compose(env)
    expect((await (await openForPage('unknown'))()).asOf).toBeNull()
    compose({ ...env, databaseReplicaUrl: undefined })
    expect(await placeOfAct()).toBeNull()
    expect(await standbyHealth()).toBeNull()
    expect((await (await openForPage(null))()).asOf).toBeNull()
  } finally {
    await replay('resume')
    await processState.standby?.close()
    delete processState.standby
    if (before) processState.runtime = before
    else delete processState.runtime
  }
})

it('a standby that dies in the middle, comes back and is promoted is no error for anybody', async () => {
  const standby = readFrom()
  await caughtUp(standby)
  const before = await standby.open({})
  expect(before.asOf).not.toBeNull()
  pair.kill()
  const id = await portal.ask()
  await expect
    .poll(async () => (await before.stores.payouts.list({}, { limit: 5 })).rows.map((row) => row.id))
    .toContain(id)
  await expect.poll(async () => (await standby.health()).state).toBe('away')
  expect(await idsIn(standby.open)).toContain(id)
  expect(logged.filter((message) => message === 'lists and reports are read from the primary')).toHaveLength(
    1,
  )

  await pair.start()
  await caughtUp(standby)
  expect(await idsIn(standby.open)).toContain(id)

  await pair.standby.admin.query('SELECT pg_promote()')
  await expect.poll(async () => (await standby.health()).state).toBe('unrelated')
  expect((await standby.open({})).asOf).toBeNull()
})
