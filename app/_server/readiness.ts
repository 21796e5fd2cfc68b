/** Can this installation do its work right now? */
import { doClocksDiffer } from '#lib/services/safety/watch-clock.ts'
import type { Deps } from '#lib/services/ports.ts'
import type { StandbyHealth } from '#lib/services/standby/ports.ts'

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
    /** Does this machine's clock agree with the database's, and that of every living worker? */
    clock: 'ok' | 'differs' | 'unknown'
    /** The standby that lists are read from. Without it the primary is read, so the installation is ready all the same. */
    standby: 'none' | 'unknown' | StandbyHealth['state']
  }
  /** Only while it is not ready: what is wrong and what to do, one sentence or two for each check that is not ok. For operators, in English. */
  reasons?: string[]
}

type Checks = Readiness['checks']
/** Whether a standby is there decides nothing. */
type Judged = Exclude<keyof Checks, 'standby'>

/** docs/operations.md#health-and-metrics says more. */
const reasonOf: { [Check in Judged]: Record<Exclude<Checks[Check], 'ok'>, string> } = {
  database: {
    away: 'The database does not answer within four seconds. Look at DATABASE_URL, at PostgreSQL, and at what is between.',
  },
  migrations: {
    pending: 'The database lacks migrations of this version. Run "npm run db:migrate".',
    unknown: 'The database did not say which migrations it has.',
  },
  worker: {
    silent:
      'No worker gave a sign of life in the last minute. Start one, or read the log of the one that runs.',
    unknown: 'The database did not say whether a worker lives.',
  },
  marker: {
    unwritable:
      'A worker can’t write its marker (MARKER_FILE, SENT_MARKS_DIR), so it sends nothing. Look at the disk and the folder’s owner.',
    unknown: 'The database did not say whether workers can write their markers.',
  },
  work: {
    untaken:
      'Work has been due for a minute and no worker takes it. Restart the workers and read their logs.',
    unknown: 'The database did not say whether work is taken.',
  },
  clock: {
    differs:
      'The clock of this machine, or of a living worker’s, is more than five seconds away from the database’s. Set them by NTP.',
    unknown: 'The clocks could not be compared.',
  },
}

function judged(checks: Checks): Readiness {
  // While the database is away nothing else is known.
  const names: Judged[] =
    checks.database === 'ok' ? ['migrations', 'worker', 'marker', 'work', 'clock'] : ['database']
  const reasons = names.flatMap((name) => {
    const texts: Partial<Record<string, string>> = reasonOf[name]
    return texts[checks[name]] ?? []
  })
  return reasons.length === 0 ? { ready: true, checks } : { ready: false, checks, reasons }
}

/** A worker beats every few seconds; one that was silent for a minute is gone, not slow. */
export const workerSilentMs = 60_000

/** Due work is taken within moments. After this long, with no worker busy and no answer from Cardzo either, the workers are stuck. */
const untakenMs = 60_000

/** Monitors commonly give up after five seconds, and should hear a reason before that. */
const patienceMs = 4_000

const away = judged({
  database: 'away',
  migrations: 'unknown',
  worker: 'unknown',
  marker: 'unknown',
  work: 'unknown',
  clock: 'unknown',
  standby: 'unknown',
})

type Asked = Pick<Deps, 'clock' | 'gatewayCondition' | 'heartbeats' | 'monitoring'> & {
  /** Null: none is set. Never rejects. */
  standby: () => Promise<StandbyHealth | null>
}

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

async function ask({ clock, gatewayCondition, heartbeats, monitoring, standby }: Asked): Promise<Readiness> {
  try {
    await monitoring.ping()
  } catch {
    return away
  }
  const [pending, seen, unwritable, untaken, differ, copy] = await Promise.allSettled([
    monitoring.migrationsPending(),
    heartbeats.beatWithinMs(workerSilentMs),
    heartbeats.markerUnwritable(workerSilentMs),
    isWorkUntaken({ gatewayCondition, monitoring }),
    doClocksDiffer({ clock, heartbeats, monitoring }),
    standby(),
  ])
  const migrations = pending.status === 'rejected' ? 'unknown' : pending.value ? 'pending' : 'ok'
  const worker = seen.status === 'rejected' ? 'unknown' : seen.value ? 'ok' : 'silent'
  const marker = unwritable.status === 'rejected' ? 'unknown' : unwritable.value ? 'unwritable' : 'ok'
  const work = untaken.status === 'rejected' ? 'unknown' : untaken.value ? 'untaken' : 'ok'
  const clocks = differ.status === 'rejected' ? 'unknown' : differ.value ? 'differs' : 'ok'
  return judged({
    ...{ database: 'ok', migrations, worker, marker, work, clock: clocks },
    standby: copy.status === 'rejected' ? 'unknown' : (copy.value?.state ?? 'none'),
  })
}

async function isWorkUntaken({
  gatewayCondition,
  monitoring,
}: Pick<Asked, 'gatewayCondition' | 'monitoring'>): Promise<boolean> {
  if (!(await monitoring.workUntaken(untakenMs))) return false
  const { lockedOutAt, silentSince } = await gatewayCondition.read()
  return lockedOutAt === null && silentSince === null
}
