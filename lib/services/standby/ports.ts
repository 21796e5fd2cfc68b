/**
 * What may be read from a standby. Nothing here writes, and nothing that decides can name it: oxlint.config.ts says who may import this
 * folder (docs/replication.md#reading-from-a-standby).
 */
import type { PayoutStore, ReportStore } from '#lib/services/ports.ts'

/** The stores that a standby has: no method writes, and none answers what a decision needs. */
export type ReadStores = {
  payouts: Pick<PayoutStore, 'list' | 'sums'>
  reports: Pick<ReportStore, 'since' | 'openByDay' | 'startOf'>
}

/** The stores of a standby or, where none will do, of the primary. */
export type Reads = {
  stores: ReadStores
  /** What was committed by this moment is there, by this machine's clock, and perhaps more. Null: the primary, so everything is. */
  asOf: Date | null
}

/** `search`: what searches look up is needed as well (`isSearched`). A worker writes it some seconds after a payout was made. */
export type OpenReads = (need?: { search?: boolean }) => Promise<Reads>

/**
 * `away`: it doesn't answer. `behind`: for longer than it may be. `unrelated`: it is no standby of this primary, or of an older history. In
 * all three the primary is read.
 */
export type StandbyState = 'ok' | 'away' | 'behind' | 'unrelated'

/** Null where it can't be known. */
export type StandbyHealth = { state: StandbyState; lagMs: number | null }

/** Where there is no standby, and in tests. */
export const fromPrimary =
  (stores: ReadStores): OpenReads =>
  () =>
    Promise.resolve({ stores, asOf: null })
