/** How the verbs meet the world: persistence and the gateway, in our own words. Implemented in lib/db and lib/gateway. */
import type { AccessStore, SecondFactor } from './ports/access.ts'
import type { AuditTrail } from './ports/audit.ts'
import type { ApprovalStore, PolicyStore, RiskStore } from './ports/control.ts'
import type { DestinationStore } from './ports/destinations.ts'
import type { Gate, Gateway } from './ports/gateway.ts'
import type { HealthStore, SettingsStore } from './ports/health.ts'
import type { ComparisonStore, HistoryStore } from './ports/history.ts'
import type { ItemStore, SettlementStore } from './ports/items.ts'
import type { LedgerStore } from './ports/ledger.ts'
import type { CallbackStore, MailStore } from './ports/messages.ts'
import type { PayoutStore } from './ports/payouts.ts'
import type { PeopleStore } from './ports/people.ts'
import type { AskFirstStore, BrakeStore, Marker, SentMarks } from './ports/safety.ts'
import type { Vault } from './ports/vault.ts'

export type * from './ports/access.ts'
export type * from './ports/audit.ts'
export type * from './ports/control.ts'
export type * from './ports/destinations.ts'
export type * from './ports/gateway.ts'
export type * from './ports/health.ts'
export type * from './ports/history.ts'
export * from './ports/items.ts'
export type * from './ports/ledger.ts'
export type * from './ports/messages.ts'
export * from './ports/payouts.ts'
export type * from './ports/people.ts'
export type * from './ports/safety.ts'
export type * from './ports/vault.ts'

export type Config = {
  appUrl: string
  currencies: readonly string[]
  requiredFields: readonly string[]
  endpoint: string
  pollIntervalMs: number
  timeoutMs: number
  /** How long a lease outlives two whole exchanges with Cardzo; 30 s, scaled down in the fault lab. */
  leaseMarginMs: number
  /** A bank's validation older than this is shown as old. */
  validationOldAfterMs: number
  /** Derives link tokens from a payout's id; lib/services/payout/links.ts. */
  linkSecret: string
  /** Mails go to the demo mailbox. */
  demoMailbox: boolean
}

export type Log = {
  info: (facts: Record<string, unknown>, message: string) => void
  warn: (facts: Record<string, unknown>, message: string) => void
  error: (facts: Record<string, unknown>, message: string) => void
}

/** Milliseconds that never run backwards, and wall-clock milliseconds: a frozen process shows on one of them. */
export type Clock = { monotonicMs: () => number; wallMs: () => number }

export type Deps = {
  payouts: PayoutStore
  items: ItemStore
  settlements: SettlementStore
  approvals: ApprovalStore
  policy: PolicyStore
  risk: RiskStore
  ledger: LedgerStore
  destinations: DestinationStore
  access: AccessStore
  secondFactor: SecondFactor
  callbacks: CallbackStore
  history: HistoryStore
  auditTrail: AuditTrail
  comparisons: ComparisonStore
  mails: MailStore
  people: PeopleStore
  settings: SettingsStore
  health: HealthStore
  brake: BrakeStore
  askFirst: AskFirstStore
  marker: Marker
  vault: Vault
  sentMarks: SentMarks
  gateway: Gateway
  gate: Gate
  passwords: {
    hash: (password: string) => Promise<string>
    verify: (hash: string, password: string) => Promise<boolean>
    /** Is it on the packaged list of passwords that everybody tries first? Compared without case. */
    isCommon: (password: string) => Promise<boolean>
  }
  /**
   * True when the attempt is allowed. Counted in the database, so that any number of web servers share it. Cost 0 only looks; a
   * negative one gives back what was taken.
   */
  rateLimit: (
    bucket:
      | 'sign_in'
      | 'guess_minute'
      | 'guess_day'
      | 'account_day'
      | 'sign_in_link'
      | 'second_factor'
      | 'wrong_code'
      | 'noted'
      | 'api'
      | 'callback',
    key: string,
    cost?: number,
  ) => Promise<boolean>
  config: Config
  clock: Clock
  log: Log
}
