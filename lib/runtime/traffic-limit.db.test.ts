import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { createAddTraffic } from '#lib/db/safety/traffic-store.ts'
import type { AddTraffic } from '#lib/db/safety/traffic-store.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import { createTrafficLimit } from './traffic-limit.ts'
import type { TrafficLimit } from './traffic-limit.ts'

let prisma: Database
let drop: () => Promise<void>
beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url, patient)
})
afterAll(async () => {
  await prisma.$disconnect()
  await drop()
})

/** The servers' time: it moves when a test moves it. */
let nowMs = 0
const logged: string[] = []
const log = {
  info: () => undefined,
  warn: (_: object, what: string) => void logged.push(what),
  error: () => undefined,
}
const running: TrafficLimit[] = []
beforeEach(async () => {
  await prisma.rateLimit.deleteMany()
  logged.length = 0
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

function web(add: AddTraffic = createAddTraffic(prisma.sql)): TrafficLimit {
  const limit = createTrafficLimit(add, log, () => nowMs)
  running.push(limit)
  return limit
}
/** How many of so many come through. */
const through = (limit: TrafficLimit, attempts: number, key = 'ip:192.0.2.1') =>
  Array.from({ length: attempts }, () => limit.allows('callback', key)).filter(Boolean).length
const stored = async (key = 'callback:ip:192.0.2.1') =>
  (await prisma.rateLimit.findUnique({ where: { key } }))?.points

it('one web server lets exactly the limit through, each key for itself, and refuses the rest from memory', async () => {
  const statements = vi.fn(createAddTraffic(prisma.sql))
  const limit = web(statements)
  expect(through(limit, 700)).toBe(600)
  expect(through(limit, 1, 'ip:192.0.2.2')).toBe(1)
  expect(limit.allows('api', 'ip:192.0.2.1')).toBe(true)
  await limit.tell()
  expect(await stored()).toBe(600)
  const asked = statements.mock.calls.length
  expect(through(limit, 1000)).toBe(0)
  await limit.tell()
  expect(statements).toHaveBeenCalledTimes(asked)
})

it('an API key has room for what no merchant needs', () => {
  const limit = web()
  const allowed = Array.from({ length: 30_001 }, () => limit.allows('api', 'key'))
  expect(allowed.filter(Boolean)).toHaveLength(30_000)
})

it('two web servers count together as soon as both have told', async () => {
  const [one, two] = [web(), web()]
  expect(through(one, 400)).toBe(400)
  await one.tell()
  expect(through(two, 1)).toBe(1)
  await two.tell()
  expect(through(two, 600)).toBe(199)
  await two.tell()
  expect(through(one, 1)).toBe(1)
  await one.tell()
  // It could not know better: this one is the overshoot.
  expect(through(one, 1)).toBe(0)
  expect(await stored()).toBe(601)
})

it('three web servers together exceed a limit by no more than a hundredth of it for each of the others', async () => {
  const servers = [web(), web(), web()]
  let allowed = 0
  for (let round = 0; round < 400; round++) {
    for (const server of servers) allowed += through(server, 1)
    // Each tells by itself when it has a hundredth, six, to tell.
    if (round % 6 === 5) await Promise.all(servers.map((server) => server.tell()))
  }
  expect(allowed).toBeGreaterThanOrEqual(600)
  expect(allowed).toBeLessThanOrEqual(600 + 2 * 6)
})

it('tells without being asked: soon, or at once when a hundredth of the limit is used', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const told: number[] = []
    const limit = web((more) => {
      told.push(...more.map(({ points }) => points))
      return Promise.resolve(more.map((one) => ({ ...one, msLeft: 60_000 })))
    })
    through(limit, 5)
    expect(told).toEqual([])
    await vi.advanceTimersByTimeAsync(999)
    expect(told).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(told).toEqual([5])
    through(limit, 6)
    expect(told).toEqual([5, 6])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([5, 6])
  } finally {
    vi.useRealTimers()
  }
})

it('all keys go in one statement, and servers that tell the same ones at once lose nothing', async () => {
  const statements = vi.fn(createAddTraffic(prisma.sql))
  const servers = [web(statements), web(statements), web(statements), web(statements)]
  const keys = Array.from({ length: 200 }, (_, n) => `ip:10.0.0.${n}`)
  for (let round = 0; round < 10; round++) {
    for (const [index, server] of servers.entries())
      for (const key of index % 2 === 0 ? keys : keys.toReversed()) through(server, 1, key)
    await Promise.all(servers.map((server) => server.tell()))
  }
  expect(statements).toHaveBeenCalledTimes(40)
  const { _sum, _count } = await prisma.rateLimit.aggregate({ _sum: { points: true }, _count: true })
  expect([_count, _sum.points]).toEqual([200, 200 * 40])
  expect(logged).toEqual([])
})

it('starts over when the minute of the first request is over, on every server', async () => {
  const [one, two] = [web(), web()]
  through(one, 600)
  await one.tell()
  through(two, 1)
  await two.tell()
  expect([through(one, 1), through(two, 1)]).toEqual([0, 0])
  nowMs += 60_001
  await prisma.$executeRaw`UPDATE rate_limit SET expire = expire - 60001`
  expect(through(one, 700)).toBe(600)
  await one.tell()
  expect(await stored()).toBe(600)
  expect(through(two, 1)).toBe(1)
  await two.tell()
  expect(through(two, 1)).toBe(0)
})

it('the minute is that of the server that counted first', async () => {
  const [one, two] = [web(), web()]
  through(one, 600)
  await one.tell()
  await prisma.$executeRaw`UPDATE rate_limit SET expire = expire - 50000`
  through(two, 1)
  await two.tell()
  expect(through(two, 1)).toBe(0)
  nowMs += 10_001
  expect(through(two, 1)).toBe(1)
})

it('while the database is away each server counts alone, and tells what it knows when the database is back', async () => {
  let isAway = true
  const add = createAddTraffic(prisma.sql)
  const limit = web((...counts) => (isAway ? Promise.reject(new Error('away')) : add(...counts)))
  expect(through(limit, 500)).toBe(500)
  await limit.tell()
  expect(logged).toHaveLength(2)
  expect(through(limit, 500)).toBe(100)
  isAway = false
  await limit.tell()
  expect(await stored()).toBe(600)
  expect(through(limit, 1)).toBe(0)
})

it('a flood from ten thousand networks does not fill the memory, and what the database knows comes back', async () => {
  const limit = web()
  through(limit, 600, 'ip:first')
  await limit.tell()
  expect(through(limit, 1, 'ip:first')).toBe(0)
  for (let n = 0; n < 10_000; n++) through(limit, 1, `ip:${n}`)
  // The oldest was pushed out.
  expect(through(limit, 1, 'ip:first')).toBe(1)
  await limit.tell()
  expect(through(limit, 1, 'ip:first')).toBe(0)
})

it('a key that no database can store is counted all the same', async () => {
  const limit = web()
  through(limit, 1, 'ip:\u0000\ud800x')
  through(limit, 1, 'ip:x')
  through(limit, 1, 'y'.repeat(5000))
  await limit.tell()
  expect(logged).toEqual([])
  expect(await prisma.rateLimit.count()).toBeGreaterThanOrEqual(2)
})
