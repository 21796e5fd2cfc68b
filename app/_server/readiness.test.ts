import { expect, it } from 'vitest'
import type { Deps } from '#lib/services/ports.ts'
import { checkReadiness } from './readiness.ts'

const healthy = {
  ping: () => Promise.resolve(),
  migrationsPending: () => Promise.resolve(false),
  beatWithinMs: (ms: number) => Promise.resolve(ms === 60_000),
  markerUnwritable: () => Promise.resolve(false),
  workUntaken: () => Promise.resolve(false),
  read: () => Promise.resolve({ lockedOutAt: null, silentSince: null }),
}
type Answers = Deps['heartbeats'] & Deps['monitoring'] & Deps['gatewayCondition']
const check = (trouble: Partial<Answers>, giveUpMs?: number) => {
  const answers = { ...healthy, ...trouble } as Answers
  return checkReadiness({ gatewayCondition: answers, heartbeats: answers, monitoring: answers }, giveUpMs)
}

it('is ready when database, migrations and a worker of the last minute are there', async () => {
  expect(await check({})).toEqual({
    ready: true,
    checks: { database: 'ok', migrations: 'ok', worker: 'ok', marker: 'ok', work: 'ok' },
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

it('is not ready while workers live and nobody takes what is due, unless Cardzo is the reason', async () => {
  const untaken = { workUntaken: () => Promise.resolve(true) }
  expect(await check(untaken)).toMatchObject({ ready: false, checks: { worker: 'ok', work: 'untaken' } })
  for (const reason of [
    { lockedOutAt: new Date(), silentSince: null },
    { lockedOutAt: null, silentSince: new Date() },
  ]) {
    const read = () => Promise.resolve(reason as Awaited<ReturnType<Answers['read']>>)
    expect(await check({ ...untaken, read })).toMatchObject({ ready: true, checks: { work: 'ok' } })
  }
})

it('is not ready while the database is away', async () => {
  expect(await check({ ping: () => Promise.reject(new Error('away')) })).toEqual({
    ready: false,
    checks: {
      database: 'away',
      migrations: 'unknown',
      worker: 'unknown',
      marker: 'unknown',
      work: 'unknown',
    },
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
