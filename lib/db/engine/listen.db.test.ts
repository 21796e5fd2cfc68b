import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createListener } from './listen.ts'
import type { Listener } from './listen.ts'

let database: TestDatabase
let db: pg.Client
let listener: Listener
beforeAll(async () => {
  database = await createTestDatabase()
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
})
afterAll(async () => {
  await db.end()
  await database.drop()
})
beforeEach(() => {
  listener = createListener(database.url)
})
afterEach(() => listener.stop())

const within = { timeout: 10_000, interval: 10 }
const say = (channel: string, payload: string) => db.query('SELECT pg_notify($1, $2)', [channel, payload])
const listening = async () =>
  (
    await db.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    )
  ).rows.map(({ pid }) => pid)

it('hands over what is said on each channel, on one connection', async () => {
  const [news, gossip]: (string | undefined)[][] = [[], []]
  const first = listener.on('news', (payload) => news!.push(payload))
  await vi.waitUntil(() => first.isHeard(), within)
  const second = listener.on('gossip', (payload) => gossip!.push(payload))
  await vi.waitUntil(() => second.isHeard(), within)
  await say('news', 'a')
  await say('gossip', 'b')
  await vi.waitUntil(() => gossip!.length === 2, within)
  expect([news, gossip]).toEqual([
    [undefined, 'a'],
    [undefined, 'b'],
  ])
  expect(await listening()).toHaveLength(1)
})

it('asks one thing at a time, as pg will demand', async () => {
  const warnings: string[] = []
  const warned = ({ message }: Error) => warnings.push(message)
  process.on('warning', warned)
  const first = listener.on('news', () => undefined)
  await vi.waitUntil(() => first.isHeard(), within)
  const more = ['a', 'b', 'c'].map((channel) => listener.on(channel, () => undefined))
  await vi.waitUntil(() => more.every((one) => one.isHeard()), within)
  process.off('warning', warned)
  expect(warnings).toEqual([])
})

it('tells everybody who listens to a channel, until they stop', async () => {
  const [one, two]: (string | undefined)[][] = [[], []]
  const first = listener.on('news', (payload) => one!.push(payload))
  await vi.waitUntil(() => first.isHeard(), within)
  listener.on('news', (payload) => two!.push(payload))
  await say('news', 'a')
  await vi.waitUntil(() => two!.includes('a'), within)
  first.stop()
  await say('news', 'b')
  await vi.waitUntil(() => two!.includes('b'), within)
  expect(one).toEqual([undefined, 'a'])
  expect(two).toEqual([undefined, 'a', 'b'])
})

it('says that it hears nothing while the connection is lost, and that something may have been missed after it', async () => {
  const heard: (string | undefined)[] = []
  const news = listener.on(
    'news',
    (payload) => heard.push(payload),
    () => heard.push('lost'),
  )
  expect(news.isHeard()).toBe(false)
  await vi.waitUntil(() => news.isHeard(), within)
  await db.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [await listening()])
  await vi.waitUntil(() => !news.isHeard(), within)
  await say('news', 'missed')
  await vi.waitUntil(() => news.isHeard(), within)
  await say('news', 'a')
  await vi.waitUntil(() => heard.includes('a'), within)
  expect(heard).toEqual([undefined, 'lost', undefined, 'a'])
})
