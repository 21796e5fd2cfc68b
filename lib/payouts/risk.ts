/** What approvers should know before they say yes: deterministic checks, each with evidence and what would clear it. Pure. */
import { displayAmount } from './money.ts'
import type { ListedSource } from './policy.ts'

export const riskLevels = ['none', 'low', 'medium', 'high'] as const
export type RiskLevel = (typeof riskLevels)[number]

export const riskCheckIds = [
  'first_payment',
  'new_destination',
  'shared_destination',
  'name_differs',
  'amount_above_history',
  'same_request',
  'many_requests',
  'contact_changed',
] as const
export type RiskCheckId = (typeof riskCheckIds)[number]

export type RiskCheck = {
  id: RiskCheckId
  level: RiskLevel
  /** What was found, with figures; no full account number. */
  evidence: string
  /** What would clear it. */
  clearedBy: string
  /** The same as figures, for pages in any language. Absent on assessments from before there were any. */
  found?: RiskFound
  /** The payouts that it is about, at most five; absent when there are none. */
  payoutIds?: readonly string[]
}

/** What a check found; each check has the figures that it goes by. */
export type RiskFound = {
  /** Payments, requests or hours; of `shared_destination` the receivers that are not named, of `name_differs` 1 if it does. */
  n?: number
  /** "2026-11-23", UTC. */
  day?: string
  /** As `displayAmount` writes it. */
  amount?: string
  receivers?: string[]
}

/** Kept with the payout, as of when it was judged. `at` is ISO time. */
export type RiskAssessment = { level: RiskLevel; checks: RiskCheck[]; at: string }

/** The highest level of all checks. */
export const highestLevel = (checks: readonly Pick<RiskCheck, 'level'>[]): RiskLevel =>
  riskLevels[Math.max(0, ...checks.map(({ level }) => riskLevels.indexOf(level)))] ?? 'none'

/** What the checks look at in a payout. */
export type RiskSubject = {
  amountMinor: bigint
  currency: string
  source: ListedSource
  destination: Readonly<Record<string, string>>
  receiver: { firstName: string | null; lastName: string | null }
}

export type RiskFigures = {
  now: Date
  paidCount: number
  largestPaidMinor: bigint
  paidToDestination: number
  destinationFirstSeenAt: Date
  sharedWith: readonly string[]
  sameRequests: readonly string[]
  requestsLastDay: number
  contactChangedAt: Date | null
}

const day = 24 * 60 * 60_000
/** A new account within three days of a new address is how accounts are taken over. */
const contactFreshMs = 3 * day
/** Far above: this many times the largest payment so far, once there are enough to compare with. */
const farAbove = 10n
export const enoughPayments = 5
const manyRequests = 10
/** As many as an approver will read. */
const sharersNamed = 5
const payoutsNamed = 5

const times = (n: number) => (n === 1 ? 'once' : `${n} times`)
/** A change that lies in the future, because clocks differ, counts as now. */
const wholeHours = (ms: number) => Math.floor(Math.max(0, ms) / 3_600_000)

function hoursAgo(ms: number): string {
  const hours = wholeHours(ms)
  if (hours === 0) return 'less than an hour ago'
  return hours === 1 ? 'an hour ago' : `${hours} hours ago`
}
/** "2026-11-23", UTC. */
const dayOf = (at: Date) => at.toISOString().slice(0, 10)

/** Every check, in a fixed order, including those that found nothing. */
export function checkRisk(payout: RiskSubject, facts: RiskFigures): RiskCheck[] {
  const money = (minor: bigint) => displayAmount(minor, payout.currency)
  const isNew = facts.paidToDestination === 0
  const contactMs =
    facts.contactChangedAt === null ? null : facts.now.getTime() - facts.contactChangedAt.getTime()
  const contactFresh = contactMs !== null && contactMs < contactFreshMs
  const differs = nameDiffers(payout)
  const sharers = [...new Set(facts.sharedWith)].sort()
  const shared = sharers.length
  const above = facts.paidCount >= enoughPayments && payout.amountMinor > facts.largestPaidMinor * farAbove
  const row = (
    id: RiskCheckId,
    level: RiskLevel,
    evidence: string,
    clearedBy: string,
    found: RiskFound,
    about: readonly string[] = [],
  ): RiskCheck => ({
    id,
    level,
    evidence,
    clearedBy,
    found,
    ...(about.length > 0 && { payoutIds: [...about].sort().slice(0, payoutsNamed) }),
  })
  return [
    row(
      'first_payment',
      facts.paidCount === 0 ? 'low' : 'none',
      facts.paidCount === 0
        ? `No payment to this receiver in ${payout.currency} has been finished yet.`
        : `${facts.paidCount} finished before.`,
      'The first payment that is paid.',
      { n: facts.paidCount },
    ),
    row(
      'new_destination',
      isNew ? 'low' : 'none',
      isNew
        ? `Nothing was ever paid to this account for this receiver. It was first named on ${dayOf(facts.destinationFirstSeenAt)}.`
        : `Paid ${times(facts.paidToDestination)} before.`,
      'A payment to it that is paid.',
      { n: facts.paidToDestination, day: dayOf(facts.destinationFirstSeenAt) },
    ),
    row(
      'shared_destination',
      shared === 0 ? 'none' : differs ? 'high' : 'medium',
      shared === 0
        ? 'No other receiver uses this account.'
        : `Also used by ${sharers.slice(0, sharersNamed).join(', ')}${shared > sharersNamed ? ` and ${shared - sharersNamed} more` : ''}.`,
      'The receivers confirm that they share it, or one of them removes it.',
      { receivers: sharers.slice(0, sharersNamed), n: Math.max(0, shared - sharersNamed) },
    ),
    row(
      'name_differs',
      differs ? 'medium' : 'none',
      differs
        ? 'The account is in another name than the receiver\u2019s.'
        : 'The names agree, or none was given.',
      'The receiver shows that the account may be used.',
      { n: differs ? 1 : 0 },
    ),
    row(
      'amount_above_history',
      above ? 'high' : 'none',
      facts.paidCount < enoughPayments
        ? `Fewer than ${enoughPayments} finished payments to compare with.`
        : `The largest payment so far was ${money(facts.largestPaidMinor)}.`,
      'The receiver or the department that ordered it confirms the amount.',
      { n: facts.paidCount, amount: money(facts.largestPaidMinor) },
    ),
    row(
      'same_request',
      facts.sameRequests.length > 0 ? 'medium' : 'none',
      facts.sameRequests.length > 0
        ? `${facts.sameRequests.length} more of exactly ${money(payout.amountMinor)} within 24 hours.`
        : 'No other request of this amount within 24 hours.',
      'A written reason why both are right.',
      { n: facts.sameRequests.length, amount: money(payout.amountMinor) },
      facts.sameRequests,
    ),
    row(
      'many_requests',
      facts.requestsLastDay >= manyRequests ? 'low' : 'none',
      `${facts.requestsLastDay} ${facts.requestsLastDay === 1 ? 'request' : 'requests'} within 24 hours.`,
      'A day with fewer requests.',
      { n: facts.requestsLastDay },
    ),
    row(
      'contact_changed',
      contactFresh ? (isNew ? 'high' : 'medium') : 'none',
      contactFresh
        ? `The receiver\u2019s e-mail address was changed ${hoursAgo(contactMs)}.`
        : 'The e-mail address was not changed lately.',
      'Three days, or a call to a number known before.',
      contactFresh ? { n: wholeHours(contactMs) } : {},
    ),
  ]
}

/** Letters that Unicode doesn't decompose into plain ones: banks write Lukasz and Strasse. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  đ: 'd',
  ı: 'i',
  ł: 'l',
  œ: 'oe',
}

/** A first or last name other than the receiver's, where both are known. Case, accents and order don't matter. */
function nameDiffers({ destination, receiver }: RiskSubject): boolean {
  const words = (...names: (string | null | undefined)[]) =>
    names
      .join(' ')
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .replaceAll(
        /[\u00df\u00e6\u00f8\u0111\u0131\u0142\u0153]/gu,
        (letter) => plainLetters[letter] ?? letter,
      )
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '')
      .sort()
      .join(' ')
  const account = words(destination['first_name'], destination['last_name'])
  const person = words(
    destination['first_name'] === undefined ? null : receiver.firstName,
    destination['last_name'] === undefined ? null : receiver.lastName,
  )
  return account !== '' && person !== '' && account !== person
}
