// `--cluster`: the fault lab on three PostgreSQL nodes under Patroni instead of one server, and a writer that measures how long
// nobody could write.
import { join } from 'node:path'
import { startCluster } from '../cluster/cluster.ts'
import { labTimes } from '../cluster/configuration.ts'
import {
  firstSafePatroni,
  howToInstall,
  installedPatroni,
  isSafePatroni,
  missingPackages,
  rightPatroni,
} from '../cluster/packages.ts'
import type { Patroni } from '../cluster/packages.ts'
import { breakCluster } from './cluster-faults.ts'
import type { ClusterFault, ClusterFaultResult, LossSteps } from './cluster-faults.ts'
import { clusterReport } from './cluster-report.ts'
import { serveCluster } from './cluster-server.ts'
import type { ClusterServer } from './cluster-server.ts'
import { startWriter } from './writer.ts'

export type ClusterLab = {
  server: ClusterServer
  asynchronous: boolean
  /** Of Patroni. */
  version: string
  /** Resolves when the fault is over and everything is well. */
  breakOnce: (fault: ClusterFault, steps?: LossSteps) => Promise<ClusterFaultResult>
}

/** Is told how to end what has been started so far. */
type AtStop = (stop: () => Promise<void>) => void

/** Throws, in words for people, when a package is missing. */
export async function startClusterLab(options: {
  asynchronous: boolean
  atStop: AtStop
  patroni?: Patroni
}): Promise<ClusterLab> {
  const missing = missingPackages()
  if (missing.length > 0) throw new Error(howToInstall(missing))
  const patroni = options.patroni ?? rightPatroni(join(process.cwd(), '.data', 'patroni'))
  const { asynchronous, atStop } = options
  console.log(
    `Starting three nodes under Patroni ${patroni.version}, ${asynchronous ? 'asynchronous' : 'synchronous'}…`,
  )
  const cluster = await startCluster({ patroni, asynchronous, atStop, times: labTimes })
  try {
    const server = await serveCluster(cluster)
    const writer = await startWriter(...server.writersUrls)
    const stop = async () => {
      await writer.stop()
      await server.stop()
    }
    return {
      server: { ...server, stop },
      asynchronous,
      version: patroni.version,
      breakOnce: (fault, steps) => breakCluster(fault, cluster, writer, labTimes.ttl, steps),
    }
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

/**
 * `--patroni-loses`: what a Patroni before 3.0.3 does with etcd's third API. Needs such a one installed. 0: rows that were acknowledged
 * are gone, as they must be with it.
 */
export async function showLoss(atStop: AtStop): Promise<number> {
  const missing = missingPackages()
  if (missing.length > 0) throw new Error(howToInstall(missing))
  const patroni = installedPatroni()
  if (isSafePatroni(patroni.version))
    throw new Error(
      `Patroni ${patroni.version} is installed, which loses nothing. Versions before ${firstSafePatroni} do, as Debian 12 has one.`,
    )
  const lab = await startClusterLab({ asynchronous: false, atStop, patroni })
  try {
    const result = await lab.breakOnce('primary frozen at the worst moment')
    console.log(`\n${clusterReport([result])}\n`)
    console.log(
      result.lost > 0
        ? `chaos: Patroni ${patroni.version} lost ${result.lost} acknowledged rows. Use ${firstSafePatroni} or newer.`
        : `chaos: nothing was lost this time`,
    )
    return result.lost > 0 ? 0 : 1
  } finally {
    await lab.server.stop()
  }
}
