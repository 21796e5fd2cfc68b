/** The merchant's policy, and the operator's settings. */
import type { Brand } from '#lib/payouts/brand.ts'
import type { CodeBook, CodeWords } from '#lib/payouts/error-codes.ts'
import type { LogoType } from '#lib/payouts/logo.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutSource, Policy } from '#lib/payouts/policy.ts'
import type { RiskCheckId, RiskLevel } from '#lib/payouts/risk.ts'
import type { ItemDraft } from './desk.ts'
import type { EndpointPart, EndpointRoute } from './endpoint.ts'
import type { Told } from './people.ts'

export type PolicyVersion = {
  version: number
  body: Policy
  reason: string
  proposedById: string | null
  proposedByName: string
  proposedAt: Date
  decidedById: string | null
  decidedByName: string | null
  decidedAt: Date | null
  decision: 'confirmed' | 'rejected' | 'withdrawn' | null
  active: boolean
}

export type PolicyStore = {
  /** The policy in force; version 0 when nobody has set one. */
  active: () => Promise<{ version: number; body: Policy }>
  /** The policy a payout started with; null when that version does not exist. */
  find: (version: number) => Promise<Policy | null>
  /** Newest first. */
  versions: (limit: number) => Promise<PolicyVersion[]>
  proposal: () => Promise<PolicyVersion | null>
  /** In force at once; only before the first admin exists. */
  set: (body: Policy, reason: string, actor: Actor) => Promise<PolicyVersion>
  /** Tells the other admins in the same transaction. */
  propose: (
    body: Policy,
    reason: string,
    actor: Actor,
    tell: (proposal: PolicyVersion) => Told,
  ) => Promise<PolicyVersion | 'already_proposed'>
  /** By somebody other than the proposer; `stale` when it was already decided. */
  decide: (
    version: number,
    decision: 'confirmed' | 'rejected' | 'withdrawn',
    actor: Actor,
  ) => Promise<PolicyVersion | 'stale' | 'same_person'>
  /**
   * The payouts asked for in the last `days` days, counted in groups: of one currency and source, with the same findings of the checks,
   * and no `cut` between their amounts.
   */
  past: (days: number, cuts: { currency: string; atMinor: bigint }[]) => Promise<PastPayouts[]>
  /** How many of them exceeded one of these limits (null: no limit); what ended without payment does not count. */
  pastOverLimits: (days: number, limits: PastLimits[]) => Promise<{ currency: string; count: number }[]>
}

export type PastPayouts = {
  currency: string
  source: PayoutSource
  askedAgain: boolean
  /** The smallest amount of the group. */
  amountMinor: bigint
  /** Those that found something, at the level they had when the payout was judged. */
  findings: { id: RiskCheckId; level: RiskLevel }[]
  count: number
}

export type PastLimits = {
  currency: string
  payoutMinor: bigint | null
  receiverDayMinor: bigint | null
  receiverMonthMinor: bigint | null
}

/** What admins set on the desk, and the operator on the command line. */
export type Settings = {
  /** Seconds between a human approval and the sending, by currency; `*` for the others. */
  sendDelayS: Record<string, number>
  /** Hours that a destination entered by a receiver waits before its first payment. */
  coolingOffH: number
  /** Must a receiver have the money that they ask for in the browser? */
  requireBalance: boolean
  /** The same for payouts by the API and the desk, which the merchant vouches for. */
  requireBalanceMerchant: boolean
  /** Holding period: days that granted money waits before the receiver can ask for it. */
  grantHoldDays: number
  /** Days after which an undecided payout expires. */
  expireAfterDays: number
  /** Hours before that when approvers are reminded. */
  remindBeforeH: number
  /** Hours after which a payout waits too long for approval: approvers and admins are told once. */
  approvalLateH: number
  /** Hours that a right waits when no second admin can confirm it. */
  accessWaitH: number
  /** Days for which the person who made, invited or reset an account or a key counts as behind it. */
  independentAfterDays: number
  /** Hours after which admins are told of an open item that nobody has taken; 0: never. */
  escalateAfterH: number
  /** Days after which webhook events go, with what came of them. */
  eventDays: number
  /** Days after its end after which a payout's history may be archived, with callbacks and mails; 0: never. */
  archiveAfterDays: number
  /** Receivers with whom nothing has happened for so many days are erased; 0: never. */
  eraseAfterDays: number
}

export const usualSettings: Settings = {
  sendDelayS: { '*': 60 },
  coolingOffH: 24,
  requireBalance: true,
  requireBalanceMerchant: false,
  grantHoldDays: 0,
  expireAfterDays: 7,
  remindBeforeH: 24,
  approvalLateH: 24,
  accessWaitH: 24,
  independentAfterDays: 30,
  escalateAfterH: 24,
  eventDays: 90,
  archiveAfterDays: 0,
  eraseAfterDays: 0,
}

export type SettingsStore = {
  read: () => Promise<Settings>
  /** Changes those that are given; audited with what was before. */
  change: (settings: Partial<Settings>, actor: Actor) => Promise<Settings>
  /** Do receivers of API payouts get mails when an e-mail is given? */
  mailApiReceivers: () => Promise<boolean>
}

/** Some of what admins set; only what is named. */
export type SettingsPart = {
  settings?: Partial<Settings>
  /** By error code; null: the merchant has no words of its own for it. */
  codes?: Record<string, CodeWords | null>
  brand?: Partial<Brand>
  /** By number. */
  endpoints?: Record<string, EndpointPart>
  routes?: readonly EndpointRoute[]
  /** The id of a receiver, of whom everything that is known goes. */
  erase?: string | null
}

export type SettingsChange = {
  version: number
  /** What `becomes` names, as it was when it was proposed. */
  was: SettingsPart
  becomes: SettingsPart
  reason: string
  proposedById: string | null
  proposedByName: string
  proposedAt: Date
  decidedById: string | null
  decidedByName: string | null
  decidedAt: Date | null
  decision: 'confirmed' | 'rejected' | 'withdrawn' | null
}

/** Changes of the settings by two admins, as those of the policy. */
export type SettingsChangeStore = {
  proposal: () => Promise<SettingsChange | null>
  /** Newest first. */
  latest: (limit: number) => Promise<SettingsChange[]>
  /** Tells the other admins in the same transaction. */
  propose: (
    becomes: SettingsPart,
    reason: string,
    actor: Actor,
    tell: (proposal: SettingsChange) => Told,
  ) => Promise<SettingsChange | 'already_proposed'>
  /**
   * By somebody other than the proposer. Confirmed, it is in force. `stale`: it was already decided. `overtaken`: what it changes was
   * changed since, so that nobody confirms what they did not see.
   */
  decide: (
    version: number,
    decision: 'confirmed' | 'rejected' | 'withdrawn',
    actor: Actor,
  ) => Promise<SettingsChange | 'stale' | 'same_person' | 'overtaken'>
}

export type BrandStore = {
  /** From memory, where a listener hears of changes. */
  read: () => Promise<Brand>
  /** Keeps a picture, so that a change may name it by its hash. */
  keepLogo: (picture: StoredLogo & { hash: string }) => Promise<void>
  logo: (hash: string) => Promise<StoredLogo | null>
}

export type StoredLogo = { type: LogoType; bytes: Uint8Array<ArrayBuffer> }

export type ErrorCodeStore = {
  /** Every code that was seen or has words. From memory, where a listener hears of changes. */
  book: () => Promise<CodeBook>
  /** Notes a code that has no words, and opens the item about it; false if it was noted before, or is too long to be a code. */
  note: (code: string, item: ItemDraft) => Promise<boolean>
}
