/** FI-39: the database is restored from a backup while Cardzo remembers everything. One file, because every part needs such a database. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createMarkerFile } from '#lib/runtime/marker-file.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { recordCallback } from '#lib/services/order/record-callback.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { createScriptedGateway } from '#lib/services/testing/scripted-gateway.ts'
import type { ScriptedGateway } from '#lib/services/testing/scripted-gateway.ts'

import { declareRestore } from './declare-restore.ts'
import { endRestore } from './end-restore.ts'
import { watchMarker } from './marker.ts'

type Portal = Awaited<ReturnType<typeof createTestPortal>>
const operator = { kind: 'operator', name: 'test' } as const

let folder: string
let gateway: ScriptedGateway
let open: Portal[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marker-'))
  gateway = createScriptedGateway()
  open = []
})
afterEach(async () => {
  for (const portal of open) await portal.close()
  rmSync(folder, { recursive: true })
})

const nameOf = (url: string) => new URL(url).pathname.slice(1)

/** Sends one statement to the server's own database. */
async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({
    connectionString: Object.assign(new URL(url), { pathname: '/postgres' }).href,
  })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A worker process as lib/worker/main.ts starts it: it checks the marker before its first step. */
async function startProcess(portal: Portal) {
  portal.deps.marker = createMarkerFile(join(folder, 'marker.json'), portal.deps.askFirst)
  const name = `worker-${randomUUID().slice(0, 8)}`
  await watchMarker(portal.deps, name)
  return portal.startWorker(name)
}

async function openPortal(database: TestDatabase): Promise<Portal> {
  const portal = await createTestPortal({}, { database, gateway })
  open.push(portal)
  return portal
}

async function approve(portal: Portal, id: string): Promise<void> {
  const waiting = await portal.until(id, 'awaiting_approval')
  expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({
    ok: true,
  })
}

/** Stops everything on the database and copies it: the backup. */
async function copyOf(database: TestDatabase): Promise<string> {
  const name = `${nameOf(database.url)}_copy`
  await onServer(database.url, `CREATE DATABASE ${name} TEMPLATE ${nameOf(database.url)}`)
  return name
}

async function restore(database: TestDatabase, backup: string): Promise<void> {
  const name = nameOf(database.url)
  await onServer(database.url, `DROP DATABASE ${name} WITH (FORCE)`)
  await onServer(database.url, `CREATE DATABASE ${name} TEMPLATE ${backup}`)
  await onServer(database.url, `DROP DATABASE ${backup}`)
}

/** The portal's processes stop; the database stays. */
async function shutDown(portal: Portal): Promise<void> {
  open.splice(open.indexOf(portal), 1)
  await portal.stopAll()
}

const ordersOf = (clientOrderId: string) => gateway.orders.get(clientOrderId) ?? []

describe('after a restore from backup', () => {
  it('FI-39: Cardzo is asked first, lost payouts find their orders again, and nothing is paid twice', async () => {
    const database = await createTestDatabase()
    let portal = await openPortal(database)
    await startProcess(portal)

    // Yesterday: one paid, one approved but never sent, one that waits, one whose payout-check never arrived.
    const paid = await portal.ask()
    await approve(portal, paid)
    await portal.until(paid, 'paid')
    const waits = await portal.ask()
    const willBePaid = await portal.ask()
    await Promise.all([waits, willBePaid].map((id) => portal.until(id, 'awaiting_approval')))
    await shutDown(portal)
    portal = await openPortal(database)
    const waiting = await portal.payout(willBePaid)
    expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({
      ok: true,
    })
    const unchecked = await portal.ask({}, 'key-unchecked')
    await shutDown(portal)
    const backup = await copyOf(database)

    // Today: the approved one is paid, two more come and one of them is paid.
    portal = await openPortal(database)
    await startProcess(portal)
    await portal.until(willBePaid, 'paid')
    await portal.until(unchecked, 'awaiting_approval')
    const keys = { paid: 'key-lost-and-paid', open: 'key-lost-and-open' }
    const lostPaid = await portal.ask({}, keys.paid)
    await approve(portal, lostPaid)
    const lost = await portal.until(lostPaid, 'paid')
    const lostOpen = await portal.until(await portal.ask({}, keys.open), 'awaiting_approval')
    expect(await portal.deps.askFirst.active()).toBeNull()
    await shutDown(portal)

    // The disaster.
    await restore(database, backup)
    portal = await openPortal(database)
    const callsBefore = gateway.calls.length
    await startProcess(portal)
    expect(await portal.deps.askFirst.active()).toMatchObject({
      startedBy: 'Portal',
      why: expect.stringContaining('no longer holds all of it') as string,
    })

    // Cardzo is asked about what the backup believes to be open, and is followed.
    expect(await portal.until(willBePaid, 'paid')).toMatchObject({ gatewayStatus: 'approved' })
    await portal.until(unchecked, 'awaiting_approval')
    for (const id of [waits, willBePaid, unchecked]) {
      const { clientOrderId } = await portal.payout(id)
      const asked = () => gateway.calls.slice(callsBefore).filter((call) => call.endsWith(clientOrderId))
      await eventually(() => Promise.resolve(asked().length > 0 ? true : `${id} was not asked about`))
      expect(new Set(asked())).toEqual(new Set([`status ${clientOrderId}`]))
    }

    // The shop asks again with its old keys: the old orders are found, and no new ones made.
    const again = await portal.ask({}, keys.paid)
    expect(again).not.toBe(lostPaid)
    expect(await portal.until(again, 'paid')).toMatchObject({
      clientOrderId: lost.clientOrderId,
      orderId: lost.orderId,
    })
    const open = await portal.until(await portal.ask({}, keys.open), 'awaiting_approval')
    expect(open).toMatchObject({ clientOrderId: lostOpen.clientOrderId, orderId: lostOpen.orderId })
    await approve(portal, open.id)
    await portal.until(open.id, 'paid')
    // Cardzo is asked about a new payout once, knows no such order, and gets it.
    const fresh = await portal.until(await portal.ask({}, 'key-new'), 'awaiting_approval')
    const first = gateway.calls.filter((call) => call.endsWith(fresh.clientOrderId)).slice(0, 2)
    expect(first).toEqual([`status ${fresh.clientOrderId}`, `check ${fresh.clientOrderId}`])

    // Cardzo's own books: one order per request, none paid twice.
    expect(gateway.orders.size).toBe(7)
    for (const orders of gateway.orders.values()) {
      expect(orders).toHaveLength(1)
      expect(orders[0]?.paysReceived).toBeLessThanOrEqual(1)
    }
    expect([...gateway.orders.values()].filter(([order]) => order?.paysReceived === 1)).toHaveLength(4)

    // It doesn't end by itself, nor by a restart; a person ends it, and it stays ended.
    await shutDown(portal)
    portal = await openPortal(database)
    await startProcess(portal)
    expect(await portal.deps.askFirst.active()).not.toBeNull()
    expect(await endRestore(portal.deps, operator, { by: 'Ana' })).toMatchObject({
      ok: true,
      askFirst: { endedBy: 'Ana' },
    })
    await shutDown(portal)
    portal = await openPortal(database)
    await startProcess(portal)
    expect(await portal.deps.askFirst.active()).toBeNull()
    const last = await portal.until(await portal.ask({}, 'key-last'), 'awaiting_approval')
    expect(gateway.calls.filter((call) => call.endsWith(last.clientOrderId))[0]).toMatch(/^check /)
    expect(portal.errors).toEqual([])
  })
})

describe('asking first', () => {
  let portal: Portal
  beforeEach(async () => {
    portal = await openPortal(await createTestDatabase())
  })

  it('waits while Cardzo is silent, and sends once it knows no such order', async () => {
    await declareRestore(portal.deps, operator, { why: 'Restored the dump of Sunday' })
    gateway.faults.status.push({ answer: 'silence', effect: false }, { answer: 'silence', effect: false })
    await startProcess(portal)
    const { clientOrderId } = await portal.until(await portal.ask(), 'awaiting_approval')
    const calls = gateway.calls
      .filter((call) => call.endsWith(clientOrderId))
      .map((call) => call.split(' ')[0])
    expect(calls.slice(0, 4)).toEqual(['status', 'status', 'status', 'check'])
  })

  it('makes every open payout due, at a gentle rate, first the one whose money may be moving', async () => {
    const worker = await startProcess(portal)
    const ids = await Promise.all(Array.from({ length: 6 }, () => portal.ask()))
    await Promise.all(ids.map((id) => portal.until(id, 'awaiting_approval')))
    await worker.stop()
    await declareRestore(portal.deps, operator, { why: 'x' })
    const waiting = await portal.deps.payouts.findMany(ids)
    const dues = waiting.map(({ dueAt }) => dueAt?.getTime() ?? 0).sort((a, b) => a - b)
    expect(dues.slice(1).map((due, n) => due - (dues[n] ?? 0))).toEqual([200, 200, 200, 200, 200])
  })

  it('is declared and ended by the operator, once each, with a reason and a name', async () => {
    expect(await declareRestore(portal.deps, operator, { why: ' ' })).toMatchObject({
      code: 'reason_required',
    })
    expect(await endRestore(portal.deps, operator, { by: 'Ana' })).toMatchObject({ code: 'not_asking_first' })
    expect(await declareRestore(portal.deps, operator, { why: 'one' })).toMatchObject({ started: true })
    const second = await declareRestore(portal.deps, operator, { why: 'two' })
    expect(second).toMatchObject({ started: false, askFirst: { why: 'one', startedBy: 'test' } })
    expect(await endRestore(portal.deps, operator, { by: '' })).toMatchObject({ code: 'reason_required' })
    expect(await endRestore(portal.deps, operator, { by: 'Ana' })).toMatchObject({ ok: true })
  })

  it('starts with a callback about a missing order of ours, once per order, and not with a foreign one', async () => {
    const calledBack = (clientOrderId: string, status = 'approved') => {
      portal.deps.gateway.readCallback = () => ({
        ok: true,
        message: { status, orderId: '77', clientOrderId, type: null, params: {} },
      })
      return recordCallback(portal.deps, [])
    }
    expect(await calledBack('invoice-4711')).toMatchObject({ http: 200 })
    expect(await portal.deps.askFirst.active()).toBeNull()
    const ours = `po-${'a2'.repeat(16)}`
    expect(await calledBack(ours)).toMatchObject({ http: 200 })
    expect(await portal.deps.askFirst.active()).toMatchObject({
      startedBy: 'Cardzo',
      why: expect.stringContaining(ours) as string,
    })
    // After a person has ended it, the same order does not start it again.
    await endRestore(portal.deps, operator, { by: 'Ana' })
    expect(await calledBack(ours, 'declined')).toMatchObject({ http: 200 })
    expect(await portal.deps.askFirst.active()).toBeNull()
    expect(await calledBack(`po-${'b3'.repeat(16)}`)).toMatchObject({ http: 200 })
    expect(await portal.deps.askFirst.active()).not.toBeNull()
  })

  it('lets payout-pay wait until requests under way have arrived', async () => {
    const slow = await openPortal(await createTestDatabase())
    slow.deps.config.timeoutMs = 500
    await startProcess(slow)
    const id = await slow.ask()
    const waiting = await slow.until(id, 'awaiting_approval')
    await declareRestore(slow.deps, operator, { why: 'x' })
    await approvePayout(slow.deps, await slow.approver(), seen(waiting))
    const paid = await slow.until(id, 'paid')
    const started = (await slow.deps.askFirst.active())?.startedAt ?? new Date()
    expect(paid.payClaimedAt!.getTime() - started.getTime()).toBeGreaterThanOrEqual(1000)
  })
})

describe('the marker', () => {
  let portal: Portal
  beforeEach(async () => {
    portal = await openPortal(await createTestDatabase())
  })
  const marker = () => createMarkerFile(join(folder, 'marker.json'), portal.deps.askFirst)
  const files = () => readdirSync(folder)

  it('accepts no file, an empty file, and a database that has all that was seen', async () => {
    expect(await marker().missing()).toBeNull()
    writeFileSync(join(folder, 'marker.json'), '')
    expect(await marker().missing()).toBeNull()
    await startProcess(portal)
    await portal.until(await portal.ask(), 'awaiting_approval')
    await portal.deps.marker.renew()
    expect(files().length).toBeGreaterThan(0)
    expect(await marker().missing()).toBeNull()
  })

  it('knows the intent before payout-check and payout-pay leave', async () => {
    await startProcess(portal)
    const seen: boolean[] = []
    const { check, pay } = gateway
    const isRemembered = async (kind: string) => {
      const intent = await portal.prisma.payoutEvent.findFirst({ where: { kind }, orderBy: { id: 'desc' } })
      const text = files().map((file) => readFileSync(join(folder, file), 'utf8'))
      seen.push(intent !== null && text.some((one) => one.includes(intent.hash)))
    }
    gateway.check = async (...args) => {
      await isRemembered('check_intended')
      return check(...args)
    }
    gateway.pay = async (...args) => {
      await isRemembered('pay_claimed')
      return pay(...args)
    }
    const id = await portal.ask()
    await approve(portal, id)
    await portal.until(id, 'paid')
    expect(seen).toEqual([true, true])
  })

  it('stops a request if the database lost what its worker had seen, and asks first from then on', async () => {
    await startProcess(portal)
    await portal.until(await portal.ask(), 'awaiting_approval')
    await portal.deps.marker.renew()
    // A failover that lost the last moments, done as the owner, past the triggers.
    await portal.prisma.$transaction([
      portal.prisma.$executeRaw`SET LOCAL session_replication_role = replica`,
      portal.prisma
        .$executeRaw`UPDATE payout_event SET hash = 'another' WHERE id = (SELECT max(id) FROM payout_event)`,
    ])
    const next = await portal.until(await portal.ask(), 'awaiting_approval')
    expect(await portal.deps.askFirst.active()).not.toBeNull()
    const calls = gateway.calls
      .filter((call) => call.endsWith(next.clientOrderId))
      .map((call) => call.split(' ')[0])
    // The first check was given up before its first byte; Cardzo was asked before the second.
    expect(calls.slice(0, 3)).toEqual(['check', 'status', 'check'])
    expect(ordersOf(next.clientOrderId)).toHaveLength(1)
    const answers = (await portal.deps.payouts.timeline(next.id)).filter(
      ({ kind }) => kind === 'check_answered',
    )
    expect(answers[0]?.data['kind']).toBe('not_sent')
  })

  it('sends nothing while it can’t be written, and leaves no payment in doubt', async () => {
    const worker = await startProcess(portal)
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    const { remember } = portal.deps.marker
    portal.deps.marker.remember = () => Promise.reject(new Error('ENOSPC'))
    await approve(portal, id)
    const moves = async () => (await portal.deps.payouts.timeline(id)).map(({ move }) => move)
    await eventually(async () => ((await moves()).includes('release_unsent') ? true : 'not given up yet'))
    expect(ordersOf((await portal.payout(id)).clientOrderId)[0]?.paysReceived).toBe(0)
    portal.deps.marker.remember = remember
    await portal.until(id, 'paid')
    await worker.stop()
  })

  it('reports an unreadable file, once', async () => {
    writeFileSync(join(folder, 'marker.json'), 'not json')
    const first = marker()
    expect(await first.missing()).toMatchObject({ why: expect.stringContaining('cannot be read') as string })
    await first.renew()
    expect(await marker().missing()).toBeNull()
  })

  it('does not affect another installation whose workers share the folder', async () => {
    await startProcess(portal)
    await portal.until(await portal.ask(), 'awaiting_approval')
    await portal.deps.marker.renew()
    const other = await openPortal(await createTestDatabase())
    const fromOther = () => createMarkerFile(join(folder, 'marker.json'), other.deps.askFirst)
    expect(await fromOther().missing()).toBeNull()
    other.startWorker()
    await other.until(await other.ask(), 'awaiting_approval')
    const theirs = fromOther()
    expect(await theirs.missing()).toBeNull()
    // They leave other files alone.
    const before = readdirSync(folder)
    await theirs.renew()
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(before))
  })
})
