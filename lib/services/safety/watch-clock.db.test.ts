import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { clockAheadMs, doClocksDiffer, watchClock } from './watch-clock.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

/** The same portal on a machine whose clock is so far ahead. */
const ahead = (ms: number) => ({
  ...portal.deps,
  clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() + ms },
})
const open = () => portal.prisma.openItem.findMany({ where: { kind: 'clock_differs', closedAt: null } })

it('knows by how much a clock is ahead or behind, and takes a slow answer for no difference', async () => {
  expect(await clockAheadMs(ahead(0))).toBe(0)
  expect(await clockAheadMs(ahead(3_600_000))).toBeGreaterThan(3_590_000)
  expect(await clockAheadMs(ahead(-3_600_000))).toBeLessThan(-3_590_000)
  // The answer took twenty seconds, and the database read its clock at the beginning, in the middle or at the end.
  for (const sinceMs of [0, 10_000, 20_000]) {
    let asked = false
    const clock = {
      monotonicMs: () => (asked ? 20_000 : 0),
      wallMs: () => 1_700_000_000_000,
    }
    const monitoring = {
      ...portal.deps.monitoring,
      now: () => {
        asked = true
        return Promise.resolve(new Date(1_700_000_000_000 - sinceMs))
      },
    }
    expect(await clockAheadMs({ monitoring, clock })).toBe(0)
  }
})

it('is one open item while any living worker’s clock differs, and readiness hears of it', async () => {
  const { heartbeats } = portal.deps
  await heartbeats.beat('right')
  await heartbeats.beat('wrong')
  await watchClock(portal.deps, 'right')
  expect(await open()).toEqual([])
  expect(await doClocksDiffer(portal.deps)).toBe(false)

  await watchClock(ahead(-60_000), 'wrong')
  await watchClock(ahead(-60_000), 'wrong')
  await watchClock(portal.deps, 'right')
  const [item, ...more] = await open()
  expect(more).toEqual([])
  expect(item).toMatchObject({ severity: 'warning', data: { workerId: 'wrong' } })
  expect(item?.why).toMatch(/^It is (59|60|61) s behind\./)
  expect(await doClocksDiffer(portal.deps)).toBe(true)

  // A worker that is gone takes its clock with it.
  await portal.prisma
    .$executeRaw`UPDATE worker_heartbeat SET beat_at = now() - interval '61 seconds' WHERE id = 'wrong'`
  await watchClock(portal.deps, 'right')
  expect(await open()).toEqual([])
  expect(await doClocksDiffer(portal.deps)).toBe(false)

  await heartbeats.beat('wrong')
  await watchClock(ahead(60_000), 'wrong')
  expect(await open()).toHaveLength(1)
  await watchClock(portal.deps, 'wrong')
  expect(await open()).toEqual([])
})
