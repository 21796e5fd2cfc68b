/** The SQL of finding payouts. */
import { literal } from '#lib/db/engine/like-literal.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { linkLifetimeDays } from '#lib/services/payout/links.ts'
import type { PayoutFilter } from '#lib/services/ports.ts'

/** A filter as Prisma's `where`. Search compares ids exactly and names by part. */
export function whereOf(filter: PayoutFilter): Prisma.PayoutWhereInput {
  const where: Prisma.PayoutWhereInput = {}
  if (filter.statuses) where.status = { in: filter.statuses }
  if (filter.receiverId !== undefined) where.receiverId = filter.receiverId
  if (filter.receiverExternalId !== undefined) where.receiver = { externalId: filter.receiverExternalId }
  if (filter.apiKeyOwnerId !== undefined) where.apiKey = { ownerId: filter.apiKeyOwnerId }
  if (filter.search !== undefined) where.OR = searchTerms(filter.search)
  return where
}

function searchTerms(search: string): Prisma.PayoutWhereInput[] {
  const part = { contains: literal(search), mode: 'insensitive' } as const
  const terms: Prisma.PayoutWhereInput[] = [
    { clientOrderId: search },
    { orderId: search },
    { receiver: { OR: [{ externalId: part }, { email: part }, { firstName: part }, { lastName: part }] } },
  ]
  if (isUuid(search)) terms.push({ id: search })
  if (/^[0-9A-Za-z]{1,4}$/.test(search)) terms.push({ accountLast4: search })
  // "Ada Nowak": every word in one of the names.
  const words = search.split(/\s+/)
  if (words.length > 1) {
    terms.push({
      AND: words.map((word) => {
        const name = { contains: literal(word), mode: 'insensitive' } as const
        return { receiver: { OR: [{ firstName: name }, { lastName: name }] } }
      }),
    })
  }
  return terms
}

/** A link that is not revoked and has not ended, by the database's clock. */
export const linkStillWorks = Prisma.sql`
  link_revoked_at IS NULL
  AND (final_at IS NULL OR final_at > now() - make_interval(days => ${linkLifetimeDays}::int))`
