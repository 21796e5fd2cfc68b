/** The world as the verbs see it: persistence and the gateway, in our own words. Implemented in lib/db and lib/gateway. */
import type { ApprovalStore, RiskStore } from './ports/approval.ts'
import type { ArchiveStore } from './ports/archive.ts'
import type { AuditTrail } from './ports/audit.ts'
import type { LedgerStore } from './ports/balance.ts'
import type { BatchDecisionStore, BatchStore } from './ports/batch.ts'
import type { ItemStore } from './ports/desk.ts'
import type { DestinationStore } from './ports/destination.ts'
import type { FirstRunStore } from './ports/first-run.ts'
import type { CallbackInbox } from './ports/callback-inbox.ts'
import type { EndpointStore } from './ports/endpoint.ts'
import type { ApiKeyStore, ApiRequestStore } from './ports/key.ts'
import type { DeskViewStore, ExportStore } from './ports/list.ts'
import type { MerchantBalanceStore } from './ports/merchant-balance.ts'
import type { MailStore } from './ports/message.ts'
import type { ImportStore, InstallationStore } from './ports/moving.ts'
import type { NoteStore } from './ports/note.ts'
import type { CallbackStore, Gate, Gateway, GatewayConditionStore } from './ports/order.ts'
import type { PayoutStore } from './ports/payout-store.ts'
import type { AccessStore, PeopleStore } from './ports/people.ts'
import type {
  BrandStore,
  ErrorCodeStore,
  PolicyStore,
  SettingsChangeStore,
  SettingsStore,
} from './ports/policy.ts'
import type { ErasureStore, ReceiverStore } from './ports/receiver.ts'
import type { ReportStore } from './ports/report.ts'
import type {
  AskFirstStore,
  StopSwitchStore,
  ComparisonStore,
  HeartbeatStore,
  HistoryStore,
  Marker,
  MonitoringStore,
  SentMarks,
} from './ports/safety.ts'
import type { SealStore, Vault } from './ports/seal.ts'
import type { SettlementStore } from './ports/settlement.ts'
import type { SecondFactor, SessionStore, SignInStore } from './ports/sign-in.ts'
import type { Outgoing, WebhookStore } from './ports/webhook.ts'

export type * from './ports/approval.ts'
export type * from './ports/archive.ts'
export type * from './ports/audit.ts'
export type * from './ports/balance.ts'
export type * from './ports/batch.ts'
export type * from './ports/callback-inbox.ts'
export * from './ports/desk.ts'
export type * from './ports/destination.ts'
export type * from './ports/endpoint.ts'
export type * from './ports/first-run.ts'
export type * from './ports/key.ts'
export type * from './ports/list.ts'
export type * from './ports/merchant-balance.ts'
export type * from './ports/message.ts'
export type * from './ports/moving.ts'
export type * from './ports/note.ts'
export type * from './ports/order.ts'
export * from './ports/payout-change.ts'
export type * from './ports/payout-store.ts'
export type * from './ports/payout.ts'
export type * from './ports/people.ts'
export * from './ports/policy.ts'
export type * from './ports/receiver.ts'
export type * from './ports/report.ts'
export type * from './ports/safety.ts'
export type * from './ports/seal.ts'
export type * from './ports/settlement.ts'
export type * from './ports/sign-in.ts'
export type * from './ports/webhook.ts'

export type Config = {
  appUrl: string
  /** These three are of the endpoint that the environment names. lib/services/endpoint/endpoint-book.ts knows all. */
  currencies: readonly string[]
  requiredFields: readonly string[]
  endpoint: string
  pollIntervalMs: number
  timeoutMs: number
  /** How long a lease outlives two whole exchanges with Cardzo; 30 s, scaled down in the fault lab. */
  leaseMarginMs: number
  /** Staff sees a bank's validation that is older than this as old. */
  validationOldAfterMs: number
  /** Derives link tokens from a payout's id: lib/services/payout/links.ts. */
  linkSecret: string
  /** What these signed is believed too, and the links that they made are shown: while one secret takes the other's place. */
  otherLinkSecrets?: readonly string[]
  /** The name that mails are sent under (`MAIL_FROM`); null: only an address is set. */
  merchantName: string | null
  /** Mails go to the demo mailbox. */
  demoMailbox: boolean
}

export type Log = {
  info: (facts: Record<string, unknown>, message: string) => void
  warn: (facts: Record<string, unknown>, message: string) => void
  error: (facts: Record<string, unknown>, message: string) => void
}

/** Milliseconds that never run backwards, and wall-clock milliseconds: at least one of them shows that a process was frozen. */
export type Clock = { monotonicMs: () => number; wallMs: () => number }

export type Deps = {
  payouts: PayoutStore
  notes: NoteStore
  items: ItemStore
  views: DeskViewStore
  exports: ExportStore
  batches: BatchStore
  batchDecisions: BatchDecisionStore
  imports: ImportStore
  installation: InstallationStore
  firstRun: FirstRunStore
  settlements: SettlementStore
  approvals: ApprovalStore
  policy: PolicyStore
  risk: RiskStore
  ledger: LedgerStore
  destinations: DestinationStore
  access: AccessStore
  keys: ApiKeyStore
  apiRequests: ApiRequestStore
  receivers: ReceiverStore
  erasures: ErasureStore
  sessions: SessionStore
  signIn: SignInStore
  secondFactor: SecondFactor
  callbacks: CallbackStore
  callbackInbox: CallbackInbox
  history: HistoryStore
  archive: ArchiveStore
  auditTrail: AuditTrail
  comparisons: ComparisonStore
  mails: MailStore
  people: PeopleStore
  settings: SettingsStore
  settingsChanges: SettingsChangeStore
  endpoints: EndpointStore
  merchantBalances: MerchantBalanceStore
  errorCodes: ErrorCodeStore
  brand: BrandStore
  heartbeats: HeartbeatStore
  monitoring: MonitoringStore
  reports: ReportStore
  gatewayCondition: GatewayConditionStore
  stopSwitch: StopSwitchStore
  askFirst: AskFirstStore
  marker: Marker
  vault: Vault
  seals: SealStore
  sentMarks: SentMarks
  webhooks: WebhookStore
  outgoing: Outgoing
  gateway: Gateway
  gate: Gate
  passwords: {
    hash: (password: string) => Promise<string>
    verify: (hash: string, password: string) => Promise<boolean>
    /** Is it on the packaged list of the most common passwords? Case doesn't matter. */
    isCommon: (password: string) => Promise<boolean>
  }
  /**
   * True when the attempt is allowed. Counted exactly, in the database, which all web servers share: this protects passwords and second
   * factors. Cost 0 only looks; a negative cost gives back what was taken.
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
      | 'receipt',
    key: string,
    cost?: number,
  ) => Promise<boolean>
  /** True when one more is allowed. Counted in memory, so that it costs a request nothing; many servers together may exceed it a little. */
  allowsTraffic: (bucket: 'api' | 'callback', key: string) => boolean
  config: Config
  clock: Clock
  log: Log
}
