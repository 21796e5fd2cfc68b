/** A filter of payouts as conditions, and the ways along indexes to what it may find. */
import { Prisma } from '#lib/db/generated/client.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutFilter } from '#lib/services/ports.ts'
import { ofPayout, ofSearch, searchRowFits, wayOfPrint } from './payout-search.ts'
import type { Search, Way } from './payout-search.ts'
import { bankPrints, hasPrint } from './search-rows.ts'

/**
 * One part of a filter: its condition on a payout `p`, and if an index answers it, the ways to everything that fits it. `basic`: the same
 * condition on currency, source or amount alone, of `seen`, a row of an index that has these.
 */
type Part = { where: Prisma.Sql; ways?: Way[]; isOfStatus?: true; basic?: Prisma.Sql }

/**
 * A set of ways that together lead to all that one part finds, and what the other parts ask of it; null: nothing. `basic` and `beyond` are
 * the same once more: what is asked of `seen`, and what is left to ask of `p`.
 */
export type Path = {
  ways: Way[]
  also: Prisma.Sql | null
  basic: Prisma.Sql | null
  beyond: Prisma.Sql | null
  isOfStatus?: true
}

/** Every payout in the order of the list, which is a path to whatever a filter finds. */
const all: Way = { ...ofPayout, where: Prisma.sql`true` }

/** The paths to what a filter finds, the one that usually finds least first, and the path over all last. */
export function pathsOf(filter: PayoutFilter, vault: Vault, search: Search | null): Path[] {
  const parts = partsOf(filter, vault, search)
  const indexed = parts.flatMap((part): Path[] => {
    if (!part.ways) return []
    const others = asked(parts.filter((other) => other !== part))
    return [{ ways: part.ways, ...others, ...(part.isOfStatus && { isOfStatus: true }) }]
  })
  return [...indexed, { ways: [all], ...asked(parts) }]
}

const asked = (parts: readonly Part[]): Pick<Path, 'also' | 'basic' | 'beyond'> => ({
  also: allOf(parts.map(({ where }) => where)),
  basic: allOf(parts.flatMap(({ basic }) => basic ?? [])),
  beyond: allOf(parts.flatMap(({ where, basic }) => (basic ? [] : [where]))),
})

const allOf = (conditions: Prisma.Sql[]): Prisma.Sql | null =>
  conditions.length === 0 ? null : Prisma.join(conditions, ' AND ')

function partsOf(filter: PayoutFilter, vault: Vault, search: Search | null): Part[] {
  const { receiverId, receiverExternalId, apiKeyOwnerId, accountLast4, bank, code, approvedById } = filter
  const parts: Part[] = []
  if (search) parts.push({ where: search.where, ...(search.ways && { ways: search.ways }) })
  if (filter.ids)
    parts.push({
      where: Prisma.sql`p.id = ANY (${filter.ids}::uuid[])`,
      ways: [
        {
          ...ofPayout,
          each: Prisma.sql`unnest(${[...new Set(filter.ids)]}::uuid[]) AS each (v)`,
          where: Prisma.sql`w.id = each.v`,
        },
      ],
    })
  if (receiverId !== undefined) parts.push(same('receiver_id', Prisma.sql`${receiverId}::uuid`))
  if (receiverExternalId !== undefined)
    parts.push(
      same('receiver_id', Prisma.sql`(SELECT id FROM receiver WHERE external_id = ${receiverExternalId})`),
    )
  if (accountLast4 !== undefined) parts.push(same('account_last4', Prisma.sql`${accountLast4}`))
  if (code !== undefined) parts.push(same('gateway_code', Prisma.sql`${code}`))
  if (approvedById !== undefined) parts.push(approvedBy(approvedById))
  if (filter.rule !== undefined) parts.push({ where: askedFor(filter.rule) })
  // No index: a merchant has few endpoints, and most payouts go to one of them.
  if (filter.endpointId !== undefined)
    parts.push({ where: Prisma.sql`p.endpoint_id = ${filter.endpointId}::smallint` })
  if (bank !== undefined) {
    const prints = bankPrints(vault, bank)
    parts.push({
      where: searchRowFits(hasPrint('bank_print', prints)),
      ways: [wayOfPrint('bank_print', prints)],
    })
  }
  if (apiKeyOwnerId !== undefined) {
    const keys = Prisma.sql`SELECT id FROM api_key WHERE owner_id = ${apiKeyOwnerId}::uuid`
    parts.push({ where: Prisma.sql`p.api_key_id = ANY (ARRAY (${keys}))` })
  }
  if (filter.risks) parts.push(ofRisk(filter.risks))
  parts.push(...ofStatus(filter))
  if (filter.sources)
    parts.push({
      where: Prisma.sql`p.source = ANY (${filter.sources}::payout_source[])`,
      basic: Prisma.sql`seen.source = ANY (${filter.sources}::payout_source[])`,
      ways: [
        {
          ...ofSearch,
          hasBasics: true,
          each: Prisma.sql`unnest(${filter.sources}::payout_source[]) AS each (v)`,
          where: Prisma.sql`w.source = each.v`,
        },
      ],
    })
  if (filter.currency !== undefined)
    parts.push({
      where: Prisma.sql`(${ofMoney('p', filter)})`,
      basic: ofMoney('seen', filter),
      ways: [wayByAmount(filter)],
    })
  const { createdFrom, createdBefore } = filter
  if (createdFrom) parts.push({ where: Prisma.sql`p.created_at >= ${createdFrom}` })
  if (createdBefore) parts.push({ where: Prisma.sql`p.created_at < ${createdBefore}` })
  return parts
}

/** The same column and index in both: the condition on `p`, and the way along `w`. */
function same(column: 'receiver_id' | 'account_last4' | 'gateway_code', value: Prisma.Sql): Part {
  const on = (table: 'p' | 'w') => Prisma.sql`${Prisma.raw(`${table}.${column}`)} = ${value}`
  return { where: on('p'), ways: [{ ...ofPayout, where: on('w') }] }
}

const approvedBy = (id: string): Part => ({
  where: Prisma.sql`EXISTS (
    SELECT FROM approval a WHERE a.payout_id = p.id AND a.approver_id = ${id}::uuid AND a.open_key IS NOT NULL OFFSET 0)`,
  ways: [
    {
      from: Prisma.sql`approval`,
      seq: Prisma.sql`w.payout_seq`,
      where: Prisma.sql`w.approver_id = ${id}::uuid AND w.open_key IS NOT NULL`,
    },
  ],
})

/** No index: a rule asks for most payouts, or for few in a time that the days narrow down. */
const askedFor = (rule: string) => Prisma.sql`(
  p.approved_at IS NOT NULL AND p.approvals_required > 0 AND p.policy_note -> 'demands' @> ${JSON.stringify([{ rule }])}::jsonb)`

/** Only the two levels that are rare have an index. */
function ofRisk(levels: readonly string[]): Part {
  const where = Prisma.sql`p.risk ->> 'level' = ANY (${levels}::text[])`
  if (!levels.every((level) => level === 'medium' || level === 'high')) return { where }
  return {
    where,
    ways: [
      {
        ...ofPayout,
        each: Prisma.sql`unnest(${[...new Set(levels)]}::text[]) AS each (v)`,
        where: Prisma.sql`w.risk ->> 'level' IN ('medium', 'high') AND w.risk ->> 'level' = each.v`,
      },
    ],
  }
}

/** Statuses, and of those that are open since when: who waits hasn't ended. */
function ofStatus({ statuses, waitingSince }: PayoutFilter): Part[] {
  const counted = waitingSince
    ? (statuses ?? openStatuses).filter((status) => openStatuses.includes(status))
    : statuses
  const parts: Part[] = []
  if (waitingSince) parts.push({ where: Prisma.sql`p.stage_since <= ${waitingSince}` })
  if (counted)
    parts.push({
      isOfStatus: true,
      where: Prisma.sql`p.status = ANY (${counted}::payout_status[])`,
      ways: [
        {
          ...ofPayout,
          hasBasics: true,
          each: Prisma.sql`unnest(${[...new Set(counted)]}::payout_status[]) AS each (v)`,
          where: Prisma.sql`w.status = each.v`,
        },
      ],
    })
  return parts
}

function ofMoney(table: 'p' | 'w' | 'seen', { currency, minMinor, maxMinor }: PayoutFilter): Prisma.Sql {
  const amount = Prisma.raw(`${table}.amount_minor`)
  return Prisma.join(
    [
      Prisma.sql`${Prisma.raw(`${table}.currency`)} = ${currency}::char(3)`,
      ...(minMinor === undefined ? [] : [Prisma.sql`${amount} >= ${minMinor}`]),
      ...(maxMinor === undefined ? [] : [Prisma.sql`${amount} <= ${maxMinor}`]),
    ],
    ' AND ',
  )
}

/** A currency's payouts by amount. */
export const wayByAmount = (filter: PayoutFilter): Way => ({
  ...ofSearch,
  where: ofMoney('w', filter),
  order: Prisma.sql`w.amount_minor, w.seq`,
})

/**
 * Between which numbers payouts of these days are. A payout has its time and its number from one statement, so an hour is more than they
 * ever differ in order; the days themselves are compared exactly.
 */
export function numbersOf({ createdFrom, createdBefore }: PayoutFilter, seq: Prisma.Sql): Prisma.Sql[] {
  return [
    ...(createdFrom
      ? [
          Prisma.sql`${seq} > coalesce((
            SELECT s.seq FROM payout_search s WHERE s.created_at < ${createdFrom}::timestamptz - interval '1 hour'
            ORDER BY s.created_at DESC, s.seq DESC LIMIT 1), 0)`,
        ]
      : []),
    ...(createdBefore
      ? [
          Prisma.sql`${seq} < coalesce((
            SELECT s.seq FROM payout_search s WHERE s.created_at > ${createdBefore}::timestamptz + interval '1 hour'
            ORDER BY s.created_at, s.seq LIMIT 1), 9223372036854775807)`,
        ]
      : []),
  ]
}
