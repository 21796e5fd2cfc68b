// What is asked of a cluster: how it is started, looked at, broken and stopped.
import type { Times } from './configuration.ts'
import type { Machine } from './namespace.ts'
import type { Patroni } from './packages.ts'
import type { NodeState } from './state.ts'

export type ClusterOptions = {
  patroni: Patroni
  times: Times
  asynchronous: boolean
  /** Told how to stop it before anything starts, so that a lab that is told to stop in the middle leaves nothing behind. */
  atStop?: (stop: () => Promise<void>) => void
  /** Of the web servers, when there are any. */
  web?: { port: number; servers: readonly number[] }
}

export type Node = {
  name: string
  /** Host and port of its PostgreSQL, without proxy and pooler. */
  address: string
  /** Its Patroni's REST. */
  restUrl: string
  machine: () => Machine
  start: () => Promise<void>
  /**
   * Cuts a primary off: nothing passes between it and the others, nor etcd; clients still reach it. (A standby would still reach its
   * primary.) Ends by itself, or by `reunite`.
   */
  cutOff: (ms: number) => void
  /** Cuts a primary off from its standbys: they reach it no more, and etcd and clients do. */
  stopFeeding: (ms: number) => void
  reunite: () => void
  /** Makes Patroni wait before it renews its leadership, and resolves when it does. */
  pauseBeforeRenewal: () => Promise<void>
  endPause: () => void
}

export type Cluster = {
  folder: string
  /** Through HAProxy to the primary, without the pooler. */
  directUrl: (database: string, user?: 'portal' | 'postgres') => string
  /** Through PgBouncer. */
  pooledUrl: (database: string) => string
  poolerPort: number
  nodes: readonly Node[]
  etcd: readonly { machine: () => Machine; start: () => Promise<void> }[]
  states: () => Promise<NodeState[]>
  primary: () => Promise<Node>
  /** A standby that commits wait for; with asynchronous replication any. */
  standby: () => Promise<Node>
  /** Resolves when another node than this one takes writes. */
  untilOtherPrimary: (than: Node) => Promise<void>
  /** Resolves when every node is well, agrees on the timeline, and has been so for two seconds. */
  untilStable: () => Promise<void>
  /** By Patroni's REST, as an operator does it; `to` is promoted by hand, however far behind it is. */
  switchover: () => Promise<void>
  promote: (to: Node) => Promise<void>
  /** Cancels waits for a standby for so long; how many. */
  cancelWaits: (forMs: number) => Promise<number>
  stop: () => Promise<void>
}
