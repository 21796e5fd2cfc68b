/** Nothing waits silently: what takes too long, who owns an item, and what the desk shows without a worker. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { dropItem } from './drop-item.ts'
import { showDesk } from './show-desk.ts'
import { takeItem } from './take-item.ts'

type User = Actor & { kind: 'user' }
let portal: Awaited<ReturnType<typeof createTestPortal>>
let ana: User
let clara: User
beforeAll(async () => {
  portal = await createTestPortal()
  const people = ['Ana', 'Clara'].map((name): User => {
    const role = name === 'Ana' ? 'approver' : 'clerk'
    return { kind: 'user', id: randomUUID(), role, name, receiverId: null }
  })
  ;[ana, clara] = people as [User, User]
  for (const { id, name, role } of people)
    await portal.deps.people.createUser(
      { id, email: `${id}@example.com`, name, role, passwordHash: null, totpSecret: null },
      { kind: 'operator', name: 'test' },
    )
})
afterAll(() => portal.close())

let workers: { stop: () => Promise<void> }[] = []
const startWorker = () => workers.push(portal.startWorker())
const stopWorkers = async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  workers = []
}
afterEach(async () => {
  await stopWorkers()
  portal.gateway.faults.status.length = 0
  await portal.prisma
    .$executeRaw`UPDATE payout_work SET due_at = now() + interval '1 hour' WHERE due_at IS NOT NULL`
})

const age = (id: string, minutes: number) =>
  portal.prisma.$executeRaw`
    WITH woken AS (UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), news_at = date_trunc('milliseconds', now()) WHERE payout_id = ${id}::uuid)
    UPDATE payout SET stage_since = now() - ${minutes} * interval '1 minute', send_after = send_after - ${minutes} * interval '1 minute'
    WHERE id = ${id}::uuid`

const hasStuck = (id: string) =>
  eventually(async () => ((await portal.items(id)).includes('stuck') ? true : 'no item'))

const desk = async (actor: Actor, onlyMine = false) => {
  const shown = await showDesk(portal.deps, actor, { onlyMine })
  if (!shown.ok) throw new Error(shown.code)
  return shown
}

describe('a payout beyond its time', () => {
  it('is an item while Cardzo locks us out and payout-check can’t even be sent', async () => {
    portal.gateway.faults.check.push({ answer: 'locked_out', effect: false })
    portal.gateway.faults.status.push(
      ...Array.from({ length: 5000 }, () => ({ answer: 'locked_out' as const, effect: false })),
    )
    const id = await portal.ask()
    startWorker()
    await eventually(async () =>
      (await portal.deps.gatewayCondition.read()).lockedOutAt ? true : 'not refused yet',
    )
    expect(await portal.items(id)).not.toContain('stuck')
    await age(id, 11)
    await hasStuck(id)
    expect(portal.gateway.calls.filter((call) => call.startsWith('check'))).toHaveLength(1)
    expect((await portal.payout(id)).status).toBe('requested')
    portal.gateway.faults.status.length = 0
    await portal.wake(id)
    // The payout continues, and the item closes with its cause.
    await portal.until(id, 'awaiting_approval')
    expect(await portal.items(id)).toEqual([])
  })

  it('is an item while a lost payout-check can’t be found', async () => {
    portal.gateway.faults.check.push(
      { answer: 'silence', effect: false },
      { answer: 'silence', effect: false },
    )
    const id = await portal.ask()
    startWorker()
    await eventually(async () =>
      (await portal.items(id)).includes('check_unresolved') ? true : 'not exhausted yet',
    )
    await age(id, 11)
    await hasStuck(id)
  })

  it('is an item while it is approved and Cardzo does not answer the status request before payout-pay', async () => {
    const id = await portal.ask()
    startWorker()
    const waiting = await portal.until(id, 'awaiting_approval')
    portal.gateway.faults.status.push(
      ...Array.from({ length: 1000 }, () => ({ answer: 'silence' as const, effect: false })),
    )
    expect(await approvePayout(portal.deps, ana, seen(waiting))).toMatchObject({ ok: true })
    await age(id, 11)
    await hasStuck(id)
    expect((await desk(ana)).late.map(({ payoutId }) => payoutId)).toContain(id)
    expect((await desk(ana)).items.map(({ payoutId }) => payoutId)).not.toContain(id)
    const before = (await portal.deps.payouts.timeline(id)).length
    await portal.wake(id)
    const { lastSeenAt } = await item(id)
    await eventually(async () => ((await item(id)).lastSeenAt > lastSeenAt ? true : 'not seen again'))
    // Seen again, it is counted on the item and adds no event.
    expect(await portal.deps.payouts.timeline(id)).toHaveLength(before)
    expect(
      await rejectPayout(portal.deps, ana, { id, version: waiting.version + 1, reason: 'late' }),
    ).toMatchObject({
      ok: true,
    })
    expect(await portal.items(id)).not.toContain('stuck')
  })
})

async function item(payoutId: string) {
  const [first] = (await portal.deps.items.list({ payoutId })).filter(({ kind }) => kind === 'stuck')
  return first!
}

describe('an open item', () => {
  const open = async () => {
    const id = await portal.ask()
    const what = randomUUID()
    await portal.deps.items.open({ kind: 'gateway_error', severity: 'high', what, why: 'y' }, id)
    return (await portal.deps.items.list({ payoutId: id }))[0]!
  }

  it('is taken by one of two people who press at once', async () => {
    const { id } = await open()
    const tried = await Promise.all(
      [ana, clara].map((person) => takeItem(portal.deps, person, { id, seenOwnerId: null })),
    )
    expect(tried.filter(({ ok }) => ok)).toHaveLength(1)
    expect(tried.filter((one) => !one.ok)).toMatchObject([{ code: 'item_taken' }])
  })

  it('shows its owner, is found among mine, can be taken over by who sees that, and given back by the owner', async () => {
    const { id } = await open()
    expect(await takeItem(portal.deps, clara, { id, seenOwnerId: null })).toEqual({ ok: true })
    const mine = await desk(clara, true)
    expect(mine.items.find((one) => one.id === id)).toMatchObject({ ownerName: 'Clara' })
    expect(mine.items.every(({ ownerId }) => ownerId === clara.id)).toBe(true)
    expect(mine.mine).toBe(mine.items.length)
    expect((await desk(ana, true)).items.map((one) => one.id)).not.toContain(id)

    expect(await takeItem(portal.deps, ana, { id, seenOwnerId: null })).toMatchObject({ code: 'item_taken' })
    expect(await dropItem(portal.deps, ana, { id })).toMatchObject({ code: 'item_taken' })
    expect(await takeItem(portal.deps, ana, { id, seenOwnerId: clara.id })).toEqual({ ok: true })
    expect(await dropItem(portal.deps, clara, { id })).toMatchObject({ code: 'item_taken' })
    expect(await dropItem(portal.deps, ana, { id })).toEqual({ ok: true })
    const audit = await portal.prisma.auditEvent.findMany({ where: { subject: id }, orderBy: { id: 'asc' } })
    expect(audit.map(({ kind, actorName }) => `${kind} ${actorName}`)).toEqual([
      'item_taken Clara',
      'item_taken Ana',
      'item_dropped Ana',
    ])
  })

  it('is nobody’s again when the time of its owner is over', async () => {
    const { id } = await open()
    expect(await takeItem(portal.deps, clara, { id, seenOwnerId: null })).toEqual({ ok: true })
    const { ownedUntil } = (await desk(clara)).items.find((one) => one.id === id)!
    expect(ownedUntil!.getTime() - Date.now()).toBeGreaterThan(7 * 3_600_000)
    await portal.prisma.$executeRaw`UPDATE open_item SET owned_until = now() WHERE id = ${id}::uuid`
    expect((await desk(ana)).items.find((one) => one.id === id)).toMatchObject({
      ownerId: null,
      ownerName: null,
    })
    // A page that still shows the old owner is out of date.
    expect(await takeItem(portal.deps, ana, { id, seenOwnerId: clara.id })).toMatchObject({
      code: 'item_taken',
    })
    expect(await takeItem(portal.deps, ana, { id, seenOwnerId: null })).toEqual({ ok: true })
  })

  it('that is closed says who closed it, in the audit trail, and can’t be taken; nor can an unknown one', async () => {
    const { id, kind } = await open()
    expect(await portal.deps.items.close(id, ana, 'done')).toBe(true)
    expect(await portal.deps.items.close(id, ana, 'again')).toBe(false)
    const audit = await portal.prisma.auditEvent.findMany({ where: { subject: id, kind: 'item_closed' } })
    expect(audit).toMatchObject([{ actorName: 'Ana', data: { kind, reason: 'done' } }])
    expect(await takeItem(portal.deps, clara, { id, seenOwnerId: null })).toMatchObject({
      code: 'item_taken',
    })
    expect(await takeItem(portal.deps, clara, { id: 'x', seenOwnerId: null })).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('without a worker', () => {
  it('the desk says when one was last seen and lists what is overdue, longest first', async () => {
    const ids = [await portal.ask(), await portal.ask()]
    await portal.prisma
      .$executeRaw`UPDATE payout_work SET due_at = now() - interval '5 minutes' WHERE payout_id = ${ids[0]}::uuid`
    await portal.prisma
      .$executeRaw`UPDATE payout_work SET due_at = now() - interval '9 minutes' WHERE payout_id = ${ids[1]}::uuid`
    const never = (await desk(ana)).silence
    expect(never).toMatchObject({ alive: false, lastSeen: null })
    expect(never?.overdue.map(({ id }) => id)).toEqual([ids[1], ids[0]])

    await portal.deps.heartbeats.beat('w')
    expect((await desk(ana)).silence).toMatchObject({ alive: true })
    await portal.prisma.$executeRaw`UPDATE worker_heartbeat SET beat_at = now() - interval '2 minutes'`
    const gone = (await desk(ana)).silence
    expect(gone?.alive).toBe(false)
    expect(gone?.lastSeen?.getTime()).toBeLessThan(Date.now() - 100_000)

    await portal.prisma
      .$executeRaw`UPDATE payout_work SET due_at = now() + interval '1 hour' WHERE due_at IS NOT NULL`
    await portal.deps.heartbeats.beat('w')
    expect((await desk(ana)).silence).toBeNull()
  })
})
