/** Can this installation do its work right now? */
import type { Deps } from '#lib/services/ports.ts'

export type Readiness = {
  ready: boolean
  checks: {
    database: 'ok' | 'away'
    migrations: 'ok' | 'pending' | 'unknown'
    worker: 'ok' | 'silent' | 'unknown'
    /** Can every living worker keep what it has seen? One that can't sends nothing. */
    marker: 'ok' | 'unwritable' | 'unknown'
  }
}

/** A worker beats every few seconds; one that was silent for a minute is gone, not slow. */
export const workerSilentMs = 60_000

/** Monitors commonly give up after five seconds, and should hear a reason before that. */
const patienceMs = 4_000

const away: Readiness = {
  ready: false,
  checks: { database: 'away', migrations: 'unknown', worker: 'unknown', marker: 'unknown' },
}

type Asked = Pick<Deps, 'heartbeats' | 'monitoring'>

/** Never throws: what can't be asked is unknown, and unknown is not ready. */
export async function checkReadiness(asked: Asked, giveUpMs = patienceMs): Promise<Readiness> {
  const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<Readiness>()
  const timer = setTimeout(() => giveUp(away), giveUpMs)
  try {
    return await Promise.race([ask(asked), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

async function ask({ heartbeats, monitoring }: Asked): Promise<Readiness> {
  try {
    await monitoring.ping()
  } catch {
    return away
  }
  const [pending, seen, unwritable] = await Promise.allSettled([
    monitoring.migrationsPending(),
    heartbeats.beatWithinMs(workerSilentMs),
    heartbeats.markerUnwritable(workerSilentMs),
  ])
  const migrations = pending.status === 'rejected' ? 'unknown' : pending.value ? 'pending' : 'ok'
  const worker = seen.status === 'rejected' ? 'unknown' : seen.value ? 'ok' : 'silent'
  const marker = unwritable.status === 'rejected' ? 'unknown' : unwritable.value ? 'unwritable' : 'ok'
  return {
    ready: migrations === 'ok' && worker === 'ok' && marker === 'ok',
    checks: { database: 'ok', migrations, worker, marker },
  }
}
