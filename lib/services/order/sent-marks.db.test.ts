/** A failover to a standby that lags behind loses a claim; the mark that all workers share does not. */
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMarkerFile } from '#lib/runtime/marker-file.ts'
import { createSentMarks } from '#lib/runtime/sent-marks.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { MarkerUnwritable, watchMarker } from '#lib/services/safety/marker.ts'
import { endRestore } from '#lib/services/safety/end-restore.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let folder: string
beforeEach(async () => {
  portal = await createTestPortal()
  folder = mkdtempSync(join(tmpdir(), 'sent-marks-'))
})
afterEach(async () => {
  await portal.close()
  rmSync(folder, { recursive: true, force: true })
})

const place = () => join(folder, 'shared')
const marks = () => createSentMarks(place(), portal.deps.askFirst)

/** A worker on its own machine: with its own marker, and the folder that all share. */
async function startOn(machine: string, shared = true) {
  portal.deps.marker = createMarkerFile(join(folder, machine, 'marker.json'), portal.deps.askFirst)
  if (shared) portal.deps.sentMarks = marks()
  await watchMarker(portal.deps, machine)
  return portal.startWorker(machine)
}

async function approved(): Promise<string> {
  const id = await portal.ask()
  const waiting = await portal.until(id, 'awaiting_approval')
  expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({ ok: true })
  return id
}

/** The standby that takes over knows nothing of the claim or anything after it. Done as the owner, past the triggers. */
async function failOver(id: string): Promise<void> {
  const claim = await portal.prisma.payoutEvent.findFirstOrThrow({
    where: { payoutId: id, kind: 'pay_claimed' },
  })
  await portal.prisma.$transaction([
    portal.prisma.$executeRaw`SET LOCAL session_replication_role = replica`,
    portal.prisma.$executeRaw`DELETE FROM payout_event WHERE id >= ${claim.id}`,
    portal.prisma.$executeRaw`DELETE FROM open_item WHERE payout_id = ${id}::uuid`,
    portal.prisma.$executeRaw`
      UPDATE payout SET status = 'approved', version = ${claim.version - 1}, pay_claimed_at = NULL WHERE id = ${id}::uuid`,
    portal.prisma.$executeRaw`
      UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), news_at = date_trunc('milliseconds', now()), lease_until = NULL, leased_by = NULL, progress = progress - 'said'
      WHERE payout_id = ${id}::uuid`,
  ])
}

const paysOf = async (id: string) =>
  portal.gateway.order((await portal.payout(id)).clientOrderId).paysReceived

describe('a claim that a failover has lost', () => {
  /** Cardzo takes payout-pay and is slow to show it, and the answer is lost as well. */
  async function sentAndForgotten(shared: boolean): Promise<string> {
    portal.gateway.afterPay = () => undefined
    portal.gateway.faults.pay.push({ answer: 'silence', effect: true })
    const first = await startOn('machine-a', shared)
    const id = await approved()
    await portal.until(id, 'outcome_unknown')
    await first.stop()
    await failOver(id)
    await startOn('machine-b', shared)
    return id
  }

  it('is not sent again by a worker on another machine: the outcome is unknown, people are told, Cardzo is asked', async () => {
    const id = await sentAndForgotten(true)
    await portal.until(id, 'outcome_unknown')
    expect(await portal.items(id)).toContain('outcome_unknown')
    expect(await portal.deps.askFirst.active()).toMatchObject({
      why: expect.stringContaining('had marked payout-pay') as string,
    })
    expect(await paysOf(id)).toBe(1)
    const order = portal.gateway.order((await portal.payout(id)).clientOrderId)
    Object.assign(order, { status: 'approved', stage: 'payout_approved' })
    await portal.until(id, 'paid')
    expect(await paysOf(id)).toBe(1)
  })

  it('would be sent again without the shared marks, which is what they are for', async () => {
    const id = await sentAndForgotten(false)
    await eventually(async () => (await paysOf(id)) === 2 || 'sent once')
  })
})

describe('the shared marks', () => {
  it('are made by only one of many at once', async () => {
    expect(await marks().missing()).toBeNull()
    await marks().begin()
    const note = { orderId: '1', workerId: 'w' }
    const made = await Promise.all(Array.from({ length: 20 }, () => marks().put('po-1', note)))
    expect(made.filter((one) => one === 'mine')).toHaveLength(1)
    expect(await marks().put('po-2', note)).toBe('mine')
  })

  it('are withdrawn for what provably was not sent, and the payout is paid once', async () => {
    portal.gateway.faults.pay.push({ answer: 'not_sent' }, { answer: 'not_sent' })
    await startOn('machine-a')
    const id = await approved()
    await portal.until(id, 'paid')
    expect(await paysOf(id)).toBe(1)
    const { clientOrderId } = await portal.payout(id)
    expect(await marks().put(clientOrderId, { orderId: '1', workerId: 'w' })).toBe('taken')
  })

  it.each(['missing', 'empty'])(
    'that are %s beside a used database mean that Cardzo is asked first, once',
    async (state) => {
      const worker = await startOn('machine-a')
      await portal.until(await portal.ask(), 'awaiting_approval')
      expect(await portal.deps.askFirst.active()).toBeNull()
      await worker.stop()
      rmSync(place(), { recursive: true })
      if (state === 'empty') mkdirSync(place())
      // A worker that dies before asking first has begun finds it again.
      for (let look = 0; look < 2; look++) expect(await marks().missing()).not.toBeNull()
      await startOn('machine-a')
      expect(await portal.deps.askFirst.active()).toMatchObject({
        why: expect.stringContaining(state) as string,
      })
      await endRestore(portal.deps, { kind: 'operator', name: 'test' }, { by: 'Ana' })
      await watchMarker(portal.deps, 'machine-a')
      expect(await portal.deps.askFirst.active()).toBeNull()
    },
  )

  it('let nothing leave while they cannot be written, and people are told', async () => {
    await startOn('machine-a')
    const id = await portal.ask()
    const waiting = await portal.until(id, 'awaiting_approval')
    rmSync(place(), { recursive: true })
    writeFileSync(place(), 'no folder')
    expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({
      ok: true,
    })
    const kinds = async () => (await portal.deps.items.list()).map(({ kind }) => kind)
    await eventually(async () => (await kinds()).includes('marker_unwritable') || 'no item')
    expect(await portal.deps.heartbeats.markerUnwritable(60_000)).toBe(true)
    expect(await paysOf(id)).toBe(0)
    await expect(watchMarker(portal.deps, 'machine-a')).rejects.toThrow(MarkerUnwritable)
    rmSync(place())
    await watchMarker(portal.deps, 'machine-a')
    expect(await kinds()).not.toContain('marker_unwritable')
    await portal.wake(id)
    await eventually(async () => (await portal.payout(id)).status !== 'approved' || 'still approved')
    expect(readdirSync(place())).toContain('begun')
  })
})
