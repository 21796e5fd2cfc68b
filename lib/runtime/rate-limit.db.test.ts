import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import { takeGuess } from '#lib/services/sign-in/guesses.ts'
import { createRateLimit } from './rate-limit.ts'

let prisma: PrismaClient
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
const web = () => createRateLimit((text, values) => prisma.$queryRawUnsafe(text, ...values))

it('two web servers count a stranger who guesses together, and leave others alone', async () => {
  const [one, two] = [web(), web()]
  const attempts = await Promise.all(
    Array.from({ length: 30 }, (_, index) => (index % 2 ? one : two)('sign_in', 'email:ada@demo.example')),
  )
  expect(attempts.filter(Boolean)).toHaveLength(20)
  expect(await one('sign_in', 'email:ben@demo.example')).toBe(true)
  expect(await one('sign_in_link', 'email:ada@demo.example')).toBe(true)
})

it('an office behind one address has ten times the room of one person', async () => {
  const limit = web()
  const attempts = await Promise.all(Array.from({ length: 60 }, () => limit('sign_in_link', 'ip:192.0.2.1')))
  expect(attempts.filter(Boolean)).toHaveLength(50)
})

it('allows again when the minute is over', async () => {
  const limit = web()
  for (let attempt = 0; attempt < 6; attempt++) await limit('sign_in_link', 'email:late@demo.example')
  // A fresh counter: the first one remembers the refusal itself.
  await prisma.$executeRaw`UPDATE rate_limit SET expire = 1`
  expect(await web()('sign_in_link', 'email:late@demo.example')).toBe(true)
})

it('fails rather than allow when nobody can count', async () => {
  const away = createRateLimit(() => Promise.reject(new Error('away')))
  await expect(away('sign_in', 'email:ada@demo.example')).rejects.toThrow('away')
})

it('made-up accounts make no more rows than their network may guess', async () => {
  const limit = web()
  const rows = () => prisma.rateLimit.count({ where: { key: { contains: '@made.up' } } })
  const guess = (n: number) =>
    takeGuess({ rateLimit: limit }, '203.0.113.77', [['account_day', `email:${n}@made.up`]])
  for (let n = 0; n < 40; n++) await guess(n)
  expect(await rows()).toBe(20)
})

it('what expired is deleted while a web server runs, and what counts is not', async () => {
  const now = Date.now()
  const row = (key: string, expire: number) => ({ key, points: 1, expire: BigInt(expire) })
  await prisma.rateLimit.deleteMany()
  await prisma.rateLimit.createMany({
    data: [row('gone', now - 7_200_000), row('sign_in_link:late', now - 60_000), row('lives', now + 60_000)],
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const deleted: string[] = []
  createRateLimit((text, values) => {
    deleted.push(text)
    return prisma.$queryRawUnsafe(text, ...values)
  })
  vi.advanceTimersByTime(300_000)
  vi.useRealTimers()
  await vi.waitFor(
    async () => {
      const left = await prisma.rateLimit.findMany({ orderBy: { key: 'asc' } })
      expect(left.map(({ key }) => key)).toEqual(['lives', 'sign_in_link:late'])
    },
    { timeout: 10_000 },
  )
  // Once for all buckets.
  expect(deleted).toHaveLength(1)
})
