import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/client.ts'
import type { PrismaClient } from '#lib/db/client.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createRateLimit } from './rate-limit.ts'

let prisma: PrismaClient
let drop: () => Promise<void>
beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url)
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
