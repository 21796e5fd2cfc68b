/** A payout that can't be sent becomes an open item, however often its claim is given up. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMarkerFile } from '#lib/runtime/marker-file.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { MarkerUnwritable, watchMarker } from '#lib/services/safety/marker.ts'
import { closeItem } from '#lib/services/desk/close-item.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { passMinutes } from '#lib/services/testing/time.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let folder: string
beforeEach(async () => {
  portal = await createTestPortal()
  folder = mkdtempSync(join(tmpdir(), 'never-sent-'))
})
afterEach(async () => {
  await portal.close()
  rmSync(folder, { recursive: true, force: true })
})

const notSent = (count: number) => Array.from({ length: count }, () => ({ answer: 'not_sent' as const }))

async function approved(): Promise<string> {
  const id = await portal.ask()
  const waiting = await portal.until(id, 'awaiting_approval')
  expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({ ok: true })
  return id
}

const rounds = async (id: string) =>
  (await portal.deps.payouts.timeline(id)).filter(({ move }) => move === 'release_unsent').length

const moreRounds = async (id: string, more: number) => {
  const before = await rounds(id)
  await eventually(async () => {
    await portal.wake(id)
    return (await rounds(id)) >= before + more || 'not enough rounds'
  })
}

const stuckRows = (payoutId: string) => portal.prisma.openItem.count({ where: { payoutId, kind: 'stuck' } })

describe('a payout whose claim is given up again and again', () => {
  it('is one item once it is late, counted from the approval, and the item closes when it is sent', async () => {
    portal.gateway.faults.pay.push(...notSent(500))
    let worker = portal.startWorker()
    const id = await approved()
    const pass = async (minutes: number) => {
      // A worker writes back the time it saw.
      await worker.stop()
      await passMinutes(portal.prisma, id, minutes)
      worker = portal.startWorker()
    }
    await moreRounds(id, 3)
    expect(await stuckRows(id)).toBe(0)
    await pass(9)
    await moreRounds(id, 2)
    expect(await stuckRows(id)).toBe(0)
    await pass(2)
    await moreRounds(id, 5)
    expect(await portal.items(id)).toEqual(['stuck'])
    expect(await stuckRows(id)).toBe(1)
    portal.gateway.faults.pay.length = 0
    await portal.wake(id)
    await portal.until(id, 'paid')
    expect(await portal.items(id)).toEqual([])
    expect((await portal.payout(id)).progress.unsentSince).toBeUndefined()
  })

  it('counts again from an approval that was given again', async () => {
    portal.gateway.faults.pay.push(...notSent(500))
    const worker = portal.startWorker()
    const id = await approved()
    await moreRounds(id, 1)
    await worker.stop()
    await portal.prisma.$executeRaw`
      UPDATE payout_work SET progress = jsonb_set(progress, '{unsentSince}', '"2020-01-01T00:00:00.000Z"') WHERE payout_id = ${id}::uuid`
    portal.startWorker()
    await moreRounds(id, 2)
    expect(await stuckRows(id)).toBe(0)
  })
})

describe('an item about a payout', () => {
  it('is not opened when the payout has moved on in the meantime', async () => {
    const item = { kind: 'stuck', severity: 'warning', what: 'what', why: 'why' } as const
    const { id, version } = await portal.payout(await portal.ask())
    expect(await portal.deps.items.openFor(item, { id, version: version + 1 })).toBe(false)
    expect(await portal.items(id)).toEqual([])
    expect(await portal.deps.items.openFor(item, { id, version })).toBe(true)
    expect(await portal.items(id)).toEqual(['stuck'])
  })
})

describe('a marker that cannot be written', () => {
  const workerId = `worker-${randomUUID().slice(0, 8)}`
  const place = () => join(folder, 'markers')
  const breakIt = () => {
    rmSync(place(), { recursive: true, force: true })
    writeFileSync(place(), 'a file where the folder was')
  }
  const mend = () => {
    rmSync(place(), { force: true })
    mkdirSync(place())
  }
  const openItems = async () => (await portal.deps.items.list()).map(({ kind }) => kind)
  /** What the readiness check asks. */
  const isUnwritable = () => portal.deps.heartbeats.markerUnwritable(60_000)

  it('is an item at once, fails readiness, keeps payouts where they are, and recovers by itself', async () => {
    portal.deps.marker = createMarkerFile(join(place(), 'marker.json'), portal.deps.askFirst)
    await portal.deps.heartbeats.beat(workerId)
    await watchMarker(portal.deps, workerId)
    expect(await isUnwritable()).toBe(false)
    portal.startWorker(workerId)
    const id = await portal.ask()
    const waiting = await portal.until(id, 'awaiting_approval')
    breakIt()
    const approver = await portal.approver()
    expect(await approvePayout(portal.deps, approver, seen(waiting))).toMatchObject({ ok: true })
    // The first attempt to send shows it: no heartbeat and no waiting needed.
    await eventually(async () => (await openItems()).includes('marker_unwritable') || 'no item')
    expect(await isUnwritable()).toBe(true)
    await expect(watchMarker(portal.deps, workerId)).rejects.toThrow(MarkerUnwritable)
    expect((await openItems()).filter((kind) => kind === 'marker_unwritable')).toHaveLength(1)
    // A person can't close it while the trouble lasts.
    const item = (await portal.deps.items.list()).find(({ kind }) => kind === 'marker_unwritable')
    expect(await closeItem(portal.deps, approver, { id: item?.id ?? '', reason: 'seen' })).toMatchObject({
      code: 'wrong_status',
    })
    // The attempt that showed it is over.
    await eventually(async () => (await portal.payout(id)).dueAt! > new Date() || 'still in hand')
    // However often it is looked at, it is not even claimed, so its history does not grow.
    const rows = (await portal.deps.payouts.timeline(id)).length
    for (let look = 0; look < 3; look++) {
      await portal.wake(id)
      await eventually(async () => (await portal.payout(id)).dueAt! > new Date() || 'still due')
    }
    expect(await portal.deps.payouts.timeline(id)).toHaveLength(rows)
    expect((await portal.payout(id)).status).toBe('approved')
    mend()
    await watchMarker(portal.deps, workerId)
    expect(await openItems()).not.toContain('marker_unwritable')
    expect(await isUnwritable()).toBe(false)
    await portal.wake(id)
    await portal.until(id, 'paid')
    const { clientOrderId } = await portal.payout(id)
    expect(portal.gateway.order(clientOrderId).paysReceived).toBe(1)
  })

  it('adds no row to a lost payout-check however often Cardzo says that it knows no such order', async () => {
    const file = createMarkerFile(join(place(), 'marker.json'), portal.deps.askFirst)
    let isFull = false
    portal.deps.marker = {
      ...file,
      trouble: () => (isFull ? 'no space left on device' : file.trouble()),
      // The disk fills up while payout-check is on its way.
      remember: async (payoutId) => {
        const remembered = await file.remember(payoutId)
        isFull = true
        return remembered
      },
    }
    await watchMarker(portal.deps, workerId)
    portal.gateway.faults.check.push({ answer: 'silence', effect: false })
    portal.startWorker(workerId)
    const id = await portal.ask()
    const askedForMs = (ms: number) =>
      eventually(async () => {
        await portal.wake(id)
        const looks = (await portal.payout(id)).progress.noSuchOrderAt ?? []
        const [first, last] = [looks.at(0), looks.at(-1)].map((at) => Date.parse(at ?? ''))
        return (looks.length >= 3 && last! - first! > ms) || 'not asked for long enough'
      })
    await askedForMs(200)
    const rows = (await portal.deps.payouts.timeline(id)).length
    await askedForMs(500)
    expect(await portal.deps.payouts.timeline(id)).toHaveLength(rows)
    isFull = false
    await portal.wake(id)
    await portal.until(id, 'awaiting_approval')
  })

  it('keeps a worker from starting, and people know why', async () => {
    breakIt()
    portal.deps.marker = createMarkerFile(join(place(), 'marker.json'), portal.deps.askFirst)
    await expect(watchMarker(portal.deps, workerId)).rejects.toThrow(MarkerUnwritable)
    expect(await openItems()).toContain('marker_unwritable')
    expect(await isUnwritable()).toBe(true)
    // The worker is gone, and its trouble closes with the next look of a living one.
    await portal.prisma.$executeRaw`UPDATE worker_heartbeat SET beat_at = now() - interval '2 minutes'`
    expect(await isUnwritable()).toBe(false)
    mend()
    await watchMarker(portal.deps, 'worker-another')
    expect(await openItems()).not.toContain('marker_unwritable')
  })
})
