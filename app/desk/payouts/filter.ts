/** What the list shows, as its address says it. Every part is optional, and all must hold. */
import { dayAfter, dayAt, isDay, startOfDay } from '#lib/payouts/day-in-zone.ts'
import { isCurrencyCode, parseAmount } from '#lib/payouts/money.ts'
import { listedSources } from '#lib/payouts/policy.ts'
import { riskLevels } from '#lib/payouts/risk.ts'
import type { RiskLevel } from '#lib/payouts/risk.ts'
import { openStatuses, payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { typedAmount } from '#lib/payouts/typed-amount.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { DeskFilter } from '#lib/services/payout/list-payouts.ts'
import type { PayoutSort, ListedSource } from '#lib/services/ports.ts'
import { isZone } from '#lib/words/times.ts'
import { listColumns, usualColumns } from '#lib/services/payout/list-columns.ts'
import type { ListColumn } from '#lib/services/payout/list-columns.ts'

/** How long, for choosing. */
export const ages = ['30m', '1h', '4h', '1d', '3d', '7d'] as const

export const sorts = ['newest', 'oldest', 'largest', 'smallest', 'waiting'] as const satisfies PayoutSort[]

/** Texts are as typed, and empty where nothing is asked for. */
export type Filter = {
  statuses: readonly PayoutStatus[]
  /** A day ("2026-11-23"), `today`, or some days before it (`-7d`): both ends are included. */
  from: string
  to: string
  /** Whose days they are, an IANA name. In the address, so that a colleague elsewhere sees the same rows. */
  zone: string
  currency: string
  /** Decimal amounts; they count only with a currency. */
  min: string
  max: string
  receiver: string
  sources: readonly ListedSource[]
  bank: string
  last4: string
  approver: string
  risks: readonly RiskLevel[]
  code: string
  /** Approved by people because this rule of the policy asked for it. */
  rule: string
  /** The number of an endpoint. */
  endpoint: string
  /** In its status for at least so long: `30m`, `2h`, `3d`. */
  age: string
  search: string
  /** Only what needs the person who looks. */
  needsMe: boolean
  sort: PayoutSort
  columns: readonly ListColumn[]
}

export const emptyFilter: Filter = {
  ...{ statuses: [], from: '', to: '', zone: '', currency: '', min: '', max: '', receiver: '', sources: [] },
  ...{ bank: '', last4: '', approver: '', risks: [], code: '', rule: '', endpoint: '', age: '', search: '' },
  needsMe: false,
  sort: 'newest',
  columns: usualColumns,
}

type Query = Readonly<Record<string, string | string[] | undefined>>

/** The filter in the address; what can't be read is ignored. */
export function readFilter(query: Query): Filter {
  const all = (name: string) => [query[name] ?? []].flat()
  // Longer than any id or name. No stored text contains control characters.
  const text = (name: string) =>
    (all(name)[0] ?? '')
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 200)
  const when = (name: string) =>
    isDay(text(name)) || /^(today|-\d{1,3}d)$/.test(text(name)) ? text(name) : ''
  const some = <T extends string>(name: string, known: readonly T[]) =>
    known.filter((value) => all(name).includes(value))
  const one = <T extends string>(name: string, known: readonly T[]) => some(name, known)[0]
  const currency = text('currency').toUpperCase()
  const isMoney = isCurrencyCode(currency)
  const amount = (name: string) => (text(name) !== '' && isMoney ? typedAmount(text(name)) : '')
  const [from, to] = [when('from'), when('to')]
  const sort = one('sort', sorts) ?? 'newest'
  const columns = all('columns')
    .flatMap((names) => names.split(','))
    .flatMap((name) => listColumns.find((id) => id === name) ?? [])
  return {
    statuses: some('status', payoutStatuses),
    from,
    to,
    zone: from + to !== '' && isZone(text('zone')) ? text('zone') : '',
    currency: isMoney ? currency : '',
    min: amount('min'),
    max: amount('max'),
    receiver: text('receiver'),
    sources: some('source', listedSources),
    bank: text('bank'),
    last4: /^[0-9A-Za-z]{1,4}$/.test(text('last4')) ? text('last4') : '',
    approver: isUuid(text('approver')) ? text('approver').toLowerCase() : '',
    risks: some('risk', riskLevels),
    code: text('code'),
    rule: text('rule'),
    endpoint: /^[1-9]\d{0,3}$/.test(text('endpoint')) ? text('endpoint') : '',
    age: /^\d{1,4}[mhd]$/.test(text('age')) ? text('age') : '',
    // Addresses of earlier versions say `search`.
    search: text('q') || text('search'),
    needsMe: text('needs') === 'me',
    // Amounts of different currencies have no order.
    sort: !isMoney && (sort === 'largest' || sort === 'smallest') ? 'newest' : sort,
    columns: columns.length > 0 ? [...new Set(columns)] : usualColumns,
  }
}

/** The same of an address. */
export const filterOfQuery = (query: URLSearchParams): Filter =>
  readFilter(Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)])))

/** The filter as a query; the list, its pages, its views and the download share it. */
export function writeFilter(filter: Filter): URLSearchParams {
  const query = new URLSearchParams()
  const texts = { from: filter.from, to: filter.to, zone: filter.zone, currency: filter.currency }
  const more = { min: filter.min, max: filter.max, receiver: filter.receiver, bank: filter.bank }
  const rest = {
    last4: filter.last4,
    approver: filter.approver,
    code: filter.code,
    rule: filter.rule,
    endpoint: filter.endpoint,
    age: filter.age,
    q: filter.search,
  }
  for (const status of filter.statuses) query.append('status', status)
  for (const source of filter.sources) query.append('source', source)
  for (const risk of filter.risks) query.append('risk', risk)
  for (const [name, text] of Object.entries({ ...texts, ...more, ...rest }))
    if (text !== '') query.set(name, text)
  if (filter.needsMe) query.set('needs', 'me')
  if (filter.sort !== 'newest') query.set('sort', filter.sort)
  if (!isUsual(filter.columns)) query.set('columns', filter.columns.join(','))
  return query
}

export const isUsual = (columns: readonly ListColumn[]) => columns.join() === usualColumns.join()

export const pathOf = (filter: Partial<Filter>, more: Readonly<Record<string, string>> = {}) => {
  const query = writeFilter({ ...emptyFilter, ...filter })
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return query.size === 0 ? '/desk/payouts' : `/desk/payouts?${query.toString()}`
}

/** Does it narrow the list down at all? Sort and columns don't. */
export const isNarrow = (filter: Filter) =>
  writeFilter({ ...filter, sort: 'newest', columns: usualColumns }).size > 0

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** How long `30m`, `2h` or `3d` is. */
export const ageMs = (age: string): number =>
  Number(age.slice(0, -1)) * unitMs[age.slice(-1) as keyof typeof unitMs]

/** A day as the address says it, as the day it means now. */
export function dayMeant(said: string, now: Date, zone: string): string {
  if (isDay(said)) return said
  const days = said === 'today' ? 0 : -Number(said.slice(1, -1))
  return dayAfter(dayAt(now, zone), days)
}

/** What the services look for. `zone`: the reader's, for days without one in the address. */
export function deskFilterOf(filter: Filter, now: Date, zone: string): DeskFilter & { sort: PayoutSort } {
  const { from, to, currency, receiver, bank, last4, approver, code, rule, age, search, sort } = filter
  const days = filter.zone || zone
  const minor = (text: string) => {
    const read = parseAmount(text, currency)
    return read.ok ? read.amountMinor : undefined
  }
  const [min, max] = [minor(filter.min), minor(filter.max)]
  return {
    ...(filter.needsMe && { needsMe: true as const }),
    ...(filter.statuses.length > 0 && { statuses: filter.statuses }),
    ...(filter.sources.length > 0 && { sources: filter.sources }),
    ...(filter.risks.length > 0 && { risks: filter.risks }),
    ...(from !== '' && { createdFrom: startOfDay(dayMeant(from, now, days), days) }),
    ...(to !== '' && { createdBefore: startOfDay(dayAfter(dayMeant(to, now, days), 1), days) }),
    ...(currency !== '' && { currency }),
    ...(min !== undefined && { minMinor: min }),
    ...(max !== undefined && { maxMinor: max }),
    ...(receiver !== '' && { receiverExternalId: receiver }),
    ...(bank !== '' && { bank }),
    ...(last4 !== '' && { accountLast4: last4 }),
    ...(approver !== '' && { approvedById: approver }),
    ...(code !== '' && { code }),
    ...(rule !== '' && { rule }),
    ...(filter.endpoint !== '' && { endpointId: Number(filter.endpoint) }),
    ...(age !== '' && { waitingSince: new Date(now.getTime() - ageMs(age)) }),
    ...(search !== '' && { search }),
    sort,
  }
}

/** The views that come with the product, by a word for their name. Each is a link. */
export const shippedViews = {
  all: {},
  needs_me: { needsMe: true, sort: 'oldest' },
  stuck: { age: '1h', sort: 'waiting' },
  unknown_outcome: { statuses: ['outcome_unknown'] },
  failed_today: { statuses: ['declined', 'filtered', 'failed'], from: 'today' },
  in_progress: { statuses: openStatuses },
  paid: { statuses: ['paid'] },
  not_paid: { statuses: ['declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired'] },
} as const satisfies Record<string, Partial<Filter>>
export type ShippedView = keyof typeof shippedViews

/** Is this what a view shows? Columns don't count, and the zone only if both name one. */
export function isView(filter: Filter, view: Partial<Filter>): boolean {
  const written = (of: Partial<Filter>) =>
    writeFilter({ ...emptyFilter, ...of, zone: '', columns: usualColumns }).toString()
  return written(filter) === written(view)
}
