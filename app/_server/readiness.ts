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
    /** Does anybody take what is due? Cardzo's silence and a lock-out explain that nobody does, and have notices of their own. */
    work: 'ok' | 'untaken' | 'unknown'
  }
}

/** A worker beats every few seconds; one that was silent for a minute is gone, not slow. */
export const workerSilentMs = 60_000

/** Due work is taken within moments. After this long, with no worker busy and no answer from Cardzo either, the workers are stuck. */
const untakenMs = 60_000

/** Monitors commonly give up after five seconds, and should hear a reason before that. */
const patienceMs = 4_000

const away: Readiness = {
  ready: false,
  checks: { database: 'away', migrations: 'unknown', worker: 'unknown', marker: 'unknown', work: 'unknown' },
}

type Asked = Pick<Deps, 'gatewayCondition' | 'heartbeats' | 'monitoring'>

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

async function ask({ gatewayCondition, heartbeats, monitoring }: Asked): Promise<Readiness> {
  try {
    await monitoring.ping()
  } catch {
    return away
  }
  const [pending, seen, unwritable, untaken] = await Promise.allSettled([
    monitoring.migrationsPending(),
    heartbeats.beatWithinMs(workerSilentMs),
    heartbeats.markerUnwritable(workerSilentMs),
    isWorkUntaken({ gatewayCondition, monitoring }),
  ])
  const migrations = pending.status === 'rejected' ? 'unknown' : pending.value ? 'pending' : 'ok'
  const worker = seen.status === 'rejected' ? 'unknown' : seen.value ? 'ok' : 'silent'
  const marker = unwritable.status === 'rejected' ? 'unknown' : unwritable.value ? 'unwritable' : 'ok'
  const work = untaken.status === 'rejected' ? 'unknown' : untaken.value ? 'untaken' : 'ok'
  return {
    ready: work === 'ok' && migrations === 'ok' && worker === 'ok' && marker === 'ok',
    checks: { database: 'ok', migrations, worker, marker, work },
  }
}

async function isWorkUntaken({
  gatewayCondition,
  monitoring,
}: Pick<Asked, 'gatewayCondition' | 'monitoring'>): Promise<boolean> {
  if (!(await monitoring.workUntaken(untakenMs))) return false
  const { lockedOutAt, silentSince } = await gatewayCondition.read()
  return lockedOutAt === null && silentSince === null
}
