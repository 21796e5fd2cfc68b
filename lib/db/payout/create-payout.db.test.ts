/** Payouts asked for at the same moment are made in one statement, and none of them feels the others. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { draftPayout } from '#lib/services/payout/draft-payout.ts'
import { readRequest } from '#lib/services/payout/read-request.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { createPayouts } from './create-payout.ts'

let database: TestDatabase
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  database = await createTestDatabase()
  portal = await createTestPortal({}, { database })
})
afterAll(() => portal.close())
afterEach(() => vi.restoreAllMocks())

const request = (more: object = {}) => ({ ...sampleRequest, receiver: { externalId: randomUUID() }, ...more })
const ask = (key: string, more?: object) =>
  createPayout(portal.deps, system, { idempotencyKey: key, body: request({ ...own, ...more }) })
/** The endpoint of the test portal requires a first name. */
const own = { destination: { ...sampleRequest.destination, first_name: 'Ada' } }

/** What the test portal requires. */
const endpoint = { id: 1, fields: [{ name: 'account_number' }, { name: 'first_name' }] }
const draft = (key: string = randomUUID()) =>
  draftPayout(
    portal.deps,
    system,
    { source: 'api', key: `api:${key}`, body: {}, ipAddress: null },
    readRequest({ ...request(own), metadata: {} }),
    { endpoint, policyVersion: 0, judgedSource: 'api', reserves: false },
  )
const noLimits = { dayMinor: null, monthMinor: null }
const create = (
  one: ReturnType<typeof draft>,
  store: Pick<typeof portal.deps.payouts, 'create'> = portal.deps.payouts,
) => store.create({ ...one, saves: null }, system, [], noLimits)
const stored = (keys: string[]) =>
  portal.prisma.payout.findMany({
    where: { idempotencyKey: { in: keys.map((key) => `api:${key}`) } },
    include: { events: true, work: true },
  })

it('thirty take two statements: one that looks and one that makes, each with its event and its due work', async () => {
  const query = vi.spyOn(portal.prisma.sql, 'query')
  const keys = Array.from({ length: 30 }, () => randomUUID())
  const asked = await Promise.all(keys.map((key) => ask(key)))
  expect(asked.every((one) => one.ok && !one.replayed)).toBe(true)
  expect(query).toHaveBeenCalledTimes(2)
  const rows = await stored(keys)
  expect(rows).toHaveLength(30)
  for (const { events, work } of rows) {
    expect(events.map(({ kind }) => kind)).toEqual(['requested'])
    expect(work?.dueAt).toBeInstanceOf(Date)
  }
})

it('each gets its own answer: made, made already, another receiver of that id, or after its callback', async () => {
  const [twice, early, ...others] = Array.from({ length: 8 }, () => randomUUID()) as [
    string,
    string,
    ...string[],
  ]
  const known = randomUUID()
  await ask(randomUUID(), { receiver: { externalId: known, firstName: 'Ada' } })
  const { clientOrderId } = draft(early)
  await portal.deps.callbacks.store(
    { status: 'approved', orderId: '1', clientOrderId, type: null, params: {} },
    null,
  )
  const [fresh, rival] = [randomUUID(), randomUUID()]
  const receiver = { receiver: { externalId: fresh, firstName: 'Ada' } }
  const answers = await Promise.all([
    ask(twice, receiver),
    ask(twice, receiver),
    ask(early),
    ask(randomUUID(), { receiver: { externalId: known, firstName: 'Eve' } }),
    ...['Ada', 'Eve'].map((firstName) => ask(randomUUID(), { receiver: { externalId: rival, firstName } })),
    ...others.map((key) => ask(key, receiver)),
  ])
  const told = answers.map((one) => (one.ok ? (one.replayed ? 'replayed' : 'made') : one.code))
  expect(told.slice(0, 2).sort()).toEqual(['made', 'replayed'])
  expect(told.slice(2, 4)).toEqual(['made', 'receiver_mismatch'])
  expect(told.slice(4, 6).sort()).toEqual(['made', 'receiver_mismatch'])
  expect(told.slice(6)).toEqual(others.map(() => 'made'))
  expect(await portal.prisma.receiver.count({ where: { externalId: fresh } })).toBe(1)
  expect(await portal.prisma.callback.count({ where: { clientOrderId, payoutId: null } })).toBe(0)
})

it('one that the database refuses fails alone', async () => {
  const bad = { ...draft(), apiKeyId: randomUUID() }
  const answers = await Promise.allSettled([create(draft()), create(bad), create(draft())])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await portal.prisma.payout.count({ where: { id: bad.id } })).toBe(0)
})

it('two web servers that make the same ones in another order never block each other', async () => {
  const prismas = [1, 2].map(() => createPrisma(database.url, patient))
  const stores = prismas.map((prisma) =>
    createPayouts(prisma, { enqueueMail: () => Promise.resolve() }, portal.deps.vault as Vault),
  )
  try {
    for (let round = 0; round < 5; round++) {
      const keys = Array.from({ length: 40 }, () => randomUUID())
      const receivers = keys.map(() => ({
        externalId: randomUUID(),
        email: null,
        firstName: null,
        lastName: null,
        locale: null,
      }))
      const both = await Promise.all(
        stores.flatMap((store, index) => {
          const order = [...keys.entries()]
          if (index === 1) order.reverse()
          return order.map(([n, key]) => create({ ...draft(key), receiver: receivers[n]! }, store))
        }),
      )
      const kinds = both.map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'created')).toHaveLength(40)
      expect(kinds.filter((kind) => kind === 'existing')).toHaveLength(40)
    }
  } finally {
    await Promise.all(prismas.map((prisma) => prisma.$disconnect()))
  }
})
