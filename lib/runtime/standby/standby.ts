/**
 * Composition of what is read from a standby (DATABASE_REPLICA_URL). A folder of its own and no part of `Deps`, so that only those that
 * oxlint.config.ts names can reach it.
 */
import { createPrisma } from '#lib/db/engine/client.ts'
import { readPlace, writePlace } from '#lib/db/standby/judge-standby.ts'
import { createReadStores } from '#lib/db/standby/read-stores.ts'
import { createStandby } from '#lib/db/standby/standby.ts'
import type { Standby } from '#lib/db/standby/standby.ts'
import { getRuntime, vaultOf } from '#lib/runtime/deps.ts'
import { processState } from '#lib/runtime/process-state.ts'
import { fromPrimary } from '#lib/services/standby/ports.ts'
import type { OpenReads, StandbyHealth } from '#lib/services/standby/ports.ts'

/** Pages that find no connection in this time are read from the primary. */
const poolWaitMs = 1_000
/** A file that a worker makes waits so long for what was there when it was begun. */
const fileWaitMs = 10_000

/** For one process; undefined: no standby is set. */
async function standbyHere(): Promise<Standby | undefined> {
  const { deps, env } = await getRuntime()
  if (env.databaseReplicaUrl === undefined) return undefined
  if (processState.standby) return processState.standby.reading as Standby
  const prisma = createPrisma(env.databaseReplicaUrl, {
    poolWaitMs,
    poolSize: env.databasePoolSize,
    isStandby: true,
  })
  const reading = createStandby(
    prisma,
    { standby: createReadStores(prisma, vaultOf(env)), primary: deps },
    {
      logPlace: deps.monitoring.logPlace,
      mostLagMs: env.replicaMaxLagMs,
      clock: deps.clock,
      log: deps.log,
    },
  )
  processState.standby = { reading, close: () => prisma.$disconnect() }
  return reading
}

/** For a page: what its reader did last must be there. `act`: where `placeOfAct` put it; null: nothing lately. */
export async function openForPage(act: string | null): Promise<OpenReads> {
  const standby = await standbyHere()
  const place = act === null ? null : readPlace(act)
  const { deps } = await getRuntime()
  // What we can't read was put there when the place was unknown.
  if (!standby || (act !== null && place === null)) return fromPrimary(deps)
  return ({ search = false } = {}) => standby.open({ search, place })
}

/** For a file: what was there when it is begun must be in it. */
export async function openForFile(): Promise<OpenReads> {
  const standby = await standbyHere()
  const { deps } = await getRuntime()
  if (!standby) return fromPrimary(deps)
  return async ({ search = false } = {}) =>
    standby.open({ search, place: await deps.monitoring.logPlace(), waitMs: fileWaitMs })
}

/** Null: no standby is set. Never rejects once the process is composed. */
export const standbyHealth = async (): Promise<StandbyHealth | null> =>
  (await (await standbyHere())?.health()) ?? null

const unknown = 'unknown'

/**
 * Where an act that has just taken place is in the primary's log, and for how long a standby may lack it; null: no standby is set. Never
 * rejects, because the act has taken place.
 */
export async function placeOfAct(): Promise<{ place: string; countsMs: number } | null> {
  const { deps, env } = await getRuntime()
  if (env.databaseReplicaUrl === undefined) return null
  const place = await deps.monitoring.logPlace().then(writePlace, () => unknown)
  // A standby that is read is never further behind than that; twice, for clocks and slow answers.
  return { place, countsMs: 2 * env.replicaMaxLagMs }
}
