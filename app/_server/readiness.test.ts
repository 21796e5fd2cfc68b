import { expect, it } from 'vitest'
import type { Deps } from '#lib/services/ports.ts'
import { checkReadiness } from './readiness.ts'

const healthy = {
  ping: () => Promise.resolve(),
  migrationsPending: () => Promise.resolve(false),
  beatWithinMs: (ms: number) => Promise.resolve(ms === 60_000),
  markerUnwritable: () => Promise.resolve(false),
}
const check = (trouble: Partial<Deps['heartbeats'] & Deps['monitoring']>, giveUpMs?: number) => {
  const answers = { ...healthy, ...trouble } as Deps['heartbeats'] & Deps['monitoring']
  return checkReadiness({ heartbeats: answers, monitoring: answers }, giveUpMs)
}

it('is ready when database, migrations and a worker of the last minute are there', async () => {
  expect(await check({})).toEqual({
    ready: true,
    checks: { database: 'ok', migrations: 'ok', worker: 'ok', marker: 'ok' },
  })
})

it('names the one thing that is missing', async () => {
  expect(await check({ migrationsPending: () => Promise.resolve(true) })).toMatchObject({
    ready: false,
    checks: { migrations: 'pending', worker: 'ok' },
  })
  expect(await check({ beatWithinMs: () => Promise.resolve(false) })).toMatchObject({
    ready: false,
    checks: { worker: 'silent' },
  })
  expect(await check({ markerUnwritable: () => Promise.resolve(true) })).toMatchObject({
    ready: false,
    checks: { worker: 'ok', marker: 'unwritable' },
  })
})

it('is not ready while the database is away', async () => {
  expect(await check({ ping: () => Promise.reject(new Error('away')) })).toEqual({
    ready: false,
    checks: { database: 'away', migrations: 'unknown', worker: 'unknown', marker: 'unknown' },
  })
})

it('does not take silence for a yes', async () => {
  expect(await check({ beatWithinMs: () => Promise.reject(new Error('no such table')) })).toMatchObject({
    ready: false,
    checks: { worker: 'unknown' },
  })
})

it('gives up on a database that never answers', async () => {
  expect(await check({ ping: () => new Promise<never>(() => undefined) }, 5)).toMatchObject({
    ready: false,
    checks: { database: 'away' },
  })
})
