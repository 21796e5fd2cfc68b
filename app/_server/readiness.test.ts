import { expect, it } from 'vitest'
import type { Deps } from '#lib/services/ports.ts'
import type { StandbyHealth } from '#lib/services/standby/ports.ts'
import { checkReadiness } from './readiness.ts'

const healthy = {
  ping: () => Promise.resolve(),
  migrationsPending: () => Promise.resolve(false),
  beatWithinMs: (ms: number) => Promise.resolve(ms === 60_000),
  markerUnwritable: () => Promise.resolve(false),
  workUntaken: () => Promise.resolve(false),
  now: () => Promise.resolve(new Date()),
  clockDiffers: () => Promise.resolve(false),
  read: () => Promise.resolve({ lockedOutAt: null, silentSince: null }),
}
type Answers = Deps['heartbeats'] & Deps['monitoring'] & Deps['gatewayCondition']
/** Both clocks of this machine, that many milliseconds ahead. */
const clockAhead = (ms: number): Deps['clock'] => ({
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now() + ms,
})
const check = (
  trouble: Partial<Answers>,
  giveUpMs?: number,
  clock = clockAhead(0),
  standby: StandbyHealth | null = null,
) => {
  const answers = { ...healthy, ...trouble } as Answers
  return checkReadiness(
    {
      ...{ clock, gatewayCondition: answers, heartbeats: answers, monitoring: answers },
      standby: () => Promise.resolve(standby),
    },
    giveUpMs,
  )
}

it('is ready when database, migrations and a worker of the last minute are there', async () => {
  expect(await check({})).toEqual({
    ready: true,
    checks: {
      ...{ database: 'ok', migrations: 'ok', worker: 'ok', marker: 'ok', work: 'ok', clock: 'ok' },
      standby: 'none',
    },
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
      clock: 'unknown',
      standby: 'unknown',
    },
    reasons: [expect.stringMatching(/^The database does not answer.*DATABASE_URL/)],
  })
})

it('says in words what is wrong and what to do, for each check that is not ok and for no other', async () => {
  const reasonsOf = async (...asked: Parameters<typeof check>) => (await check(...asked)).reasons ?? []
  const failing = () => Promise.reject(new Error('timeout'))
  expect(await reasonsOf({})).toEqual([])
  const cases: [Partial<Answers>, RegExp[]][] = [
    [{ migrationsPending: () => Promise.resolve(true) }, [/db:migrate/]],
    [{ migrationsPending: failing }, [/did not say which migrations/]],
    [{ beatWithinMs: () => Promise.resolve(false) }, [/No worker/]],
    [{ markerUnwritable: () => Promise.resolve(true) }, [/MARKER_FILE/]],
    [{ workUntaken: () => Promise.resolve(true) }, [/Restart the workers/]],
    [{ clockDiffers: () => Promise.resolve(true) }, [/NTP/]],
    [
      { beatWithinMs: () => Promise.resolve(false), clockDiffers: () => Promise.resolve(true) },
      [/No worker/, /NTP/],
    ],
  ]
  for (const [trouble, expected] of cases)
    expect(await reasonsOf(trouble)).toEqual(expected.map((text): unknown => expect.stringMatching(text)))
  expect(await reasonsOf({}, undefined, clockAhead(60_000))).toEqual([expect.stringMatching(/NTP/)])
})

it('is not ready where the clock differs from the database’s by more than five seconds, here or on a worker’s machine', async () => {
  for (const ms of [-6_000, 6_000, -86_400_000, 86_400_000])
    expect(await check({}, undefined, clockAhead(ms))).toMatchObject({
      ready: false,
      checks: { worker: 'ok', clock: 'differs' },
    })
  for (const ms of [-4_000, 4_000])
    expect(await check({}, undefined, clockAhead(ms))).toMatchObject({ ready: true, checks: { clock: 'ok' } })
  expect(await check({ clockDiffers: (ms) => Promise.resolve(ms === 60_000) })).toMatchObject({
    ready: false,
    checks: { clock: 'differs' },
  })
  expect(await check({ now: () => Promise.reject(new Error('no such function')) })).toMatchObject({
    ready: false,
    checks: { clock: 'unknown' },
  })
})

it('names the state of a standby, without which it is ready all the same', async () => {
  for (const state of ['ok', 'behind', 'away', 'unrelated'] as const)
    expect(await check({}, undefined, undefined, { state, lagMs: null })).toMatchObject({
      ready: true,
      checks: { standby: state },
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
