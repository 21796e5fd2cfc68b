// What is done to the cluster below the portal, one fault after the other, and how long nobody could write.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../cluster/types.ts'
import type { Verdict } from './invariants.ts'
import { createRandom } from './random.ts'
import type { Writer } from './writer.ts'

/** With synchronous standbys, what could be read after this one may be gone; nothing that was acknowledged is. */
export const cancelledFault = 'waits for the standby cancelled'
/** Faults that lose nothing where commits wait for a standby. */
export const clusterFaults = [
  'primary killed',
  'primary frozen',
  'primary frozen at the worst moment',
  'primary cut off from the others',
  'primary cut off from its standbys',
  'switchover',
  'one etcd lost',
  'etcd quorum lost',
  'synchronous standby killed',
  'synchronous standby frozen',
  'both standbys killed',
  cancelledFault,
] as const
/** With asynchronous replication this one loses what was acknowledged. */
export const lossyFault = 'lagging standby promoted'
export type ClusterFault = (typeof clusterFaults)[number] | typeof lossyFault

/** How many of them each seed meets: more would make a run long, and three seeds in a row meet all. */
export const faultsPerSeed = 4

/** Which faults a seed meets, and in which order. Three seeds in a row have each once. */
export function clusterFaultsOf(seed: number, asynchronous: boolean): ClusterFault[] {
  if (asynchronous) return [lossyFault]
  const own = Array.from(
    { length: faultsPerSeed },
    (_, n) => clusterFaults[(seed * faultsPerSeed + n) % clusterFaults.length] ?? 'switchover',
  )
  const random = createRandom(seed)
  return own
    .map((fault) => ({ fault, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ fault }) => fault)
}

/** How long the schedule takes a fault to last, with the way back. People go on asking all the time. */
export const expectedFaultMs = 30_000
/** Between two faults people can work. */
const pauseMs = 3000
/** Beyond the time after which the others elect somebody else. */
const longerThanTtlMs = 10_000
const standbyFrozenMs = 20_000
const quorumLostMs = 30_000
const memberLostMs = 8000
/** Long enough for callers to give up twice, while their commits still wait. */
const standbysLostMs = 20_000
/** Less than `wal_sender_timeout`, after which the standby would count no more and nobody could be elected. */
const waitsCancelledMs = 2000
/** With asynchronous replication people ask so soon that much of what becomes of it is lost. */
export const askedWithinMs = 15_000

/** With asynchronous standbys: what the lab does while one lags, and once it was promoted. */
export type LossSteps = { whileLagging: () => Promise<void>; onLoss: () => Promise<void> }

export type ClusterFaultResult = {
  fault: ClusterFault
  /** The longest time in which no write was acknowledged. */
  secondsWithoutWrites: number
  acknowledged: number
  /** Rows that were acknowledged, and are gone. */
  lost: number
  /** What else there is to say of it. */
  note?: string
}

/** K1. What was acknowledged is there, whatever happened. */
export function acknowledgedStays(results: readonly ClusterFaultResult[]): Verdict {
  return {
    name: 'K1',
    promise: 'no acknowledged row is lost in a failover',
    checked: results.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    offenders: results.filter(({ lost }) => lost > 0).map(({ fault, lost }) => `${fault}: ${lost} lost`),
  }
}

/** Breaks the cluster in one way, mends it, waits until it is well, and says what it cost. */
export async function breakCluster(
  fault: ClusterFault,
  cluster: Cluster,
  writer: Writer,
  ttlS: number,
  steps?: LossSteps,
): Promise<ClusterFaultResult> {
  await sleep(pauseMs)
  const from = Date.now()
  const note = await breakAndMend(fault, cluster, ttlS * 1000 + longerThanTtlMs, steps)
  await cluster.untilStable()
  await writer.untilWritten()
  const to = Date.now()
  return {
    fault,
    secondsWithoutWrites: writer.longestGapMs(from, to) / 1000,
    acknowledged: writer.acknowledgedBetween(from, to),
    lost: await writer.countLost(),
    ...(note !== undefined && { note }),
  }
}

async function breakAndMend(
  fault: ClusterFault,
  cluster: Cluster,
  outlastMs: number,
  steps?: LossSteps,
): Promise<string | undefined> {
  const [firstEtcd, secondEtcd] = cluster.etcd
  if (!firstEtcd || !secondEtcd) throw new Error('an etcd of three was expected')
  switch (fault) {
    case 'primary killed': {
      const primary = await cluster.primary()
      await primary.machine().kill()
      await cluster.untilOtherPrimary(primary)
      await primary.start()
      return
    }
    case 'primary frozen': {
      const primary = await cluster.primary()
      await primary.machine().freeze()
      await sleep(outlastMs)
      primary.machine().thaw()
      return
    }
    case 'primary frozen at the worst moment': {
      const primary = await cluster.primary()
      await primary.pauseBeforeRenewal()
      await primary.machine().freeze()
      await cluster.untilOtherPrimary(primary)
      // The others' new history grows.
      await sleep(longerThanTtlMs)
      primary.endPause()
      primary.machine().thaw()
      return
    }
    case 'primary cut off from the others': {
      const primary = await cluster.primary()
      primary.cutOff(outlastMs)
      await sleep(outlastMs)
      return
    }
    case 'primary cut off from its standbys': {
      const primary = await cluster.primary()
      primary.stopFeeding(standbysLostMs)
      await sleep(standbysLostMs)
      return
    }
    case 'switchover':
      await cluster.switchover()
      return
    case 'one etcd lost':
      await firstEtcd.machine().kill()
      await sleep(memberLostMs)
      await firstEtcd.start()
      return
    case 'etcd quorum lost':
      await Promise.all([firstEtcd.machine().kill(), secondEtcd.machine().kill()])
      await sleep(quorumLostMs)
      await Promise.all([firstEtcd.start(), secondEtcd.start()])
      return
    case 'synchronous standby killed': {
      const standby = await cluster.standby()
      await standby.machine().kill()
      await sleep(pauseMs)
      await standby.start()
      return
    }
    case 'synchronous standby frozen': {
      const standby = await cluster.standby()
      await standby.machine().freeze()
      await sleep(standbyFrozenMs)
      standby.machine().thaw()
      return
    }
    case 'both standbys killed': {
      const primary = await cluster.primary()
      const standbys = cluster.nodes.filter(({ name }) => name !== primary.name)
      await Promise.all(standbys.map((standby) => standby.machine().kill()))
      await sleep(standbysLostMs)
      await Promise.all(standbys.map((standby) => standby.start()))
      return
    }
    case cancelledFault: {
      const primary = await cluster.primary()
      primary.stopFeeding(outlastMs)
      const cancelled = await cluster.cancelWaits(waitsCancelledMs)
      // What was acknowledged in this way is on this node only.
      await primary.machine().kill()
      await cluster.untilOtherPrimary(primary)
      primary.reunite()
      await primary.start()
      return `PostgreSQL acknowledged ${cancelled} commits that no standby had`
    }
    case 'lagging standby promoted': {
      const [primary, standby] = [await cluster.primary(), await cluster.standby()]
      primary.stopFeeding(5 * outlastMs)
      await steps?.whileLagging()
      await primary.machine().kill()
      await cluster.promote(standby)
      await cluster.untilOtherPrimary(primary)
      await steps?.onLoss()
      primary.reunite()
      await primary.start()
      return
    }
  }
}
