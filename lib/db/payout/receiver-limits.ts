/** What one receiver may ask for in a day and in a month, counted under a lock so that no two requests use the same room. */
import { Prisma } from '#lib/db/generated/client.ts'
import type { NewPayout, NotCreated, ReceiverLimits, ReceiverUse } from '#lib/services/ports.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'

type Asked = Pick<NewPayout, 'id' | 'amountMinor' | 'currency'> & { receiverId: string }

/** Null when the payout, which the caller has just inserted, fits. Other requests for this receiver wait for this transaction. */
export async function withinLimits(
  tx: Transaction,
  asked: Asked,
  { dayMinor, monthMinor }: ReceiverLimits,
): Promise<NotCreated | null> {
  if (dayMinor === null && monthMinor === null) return null
  await tx.$queryRaw`SELECT FROM receiver WHERE id = ${asked.receiverId}::uuid FOR NO KEY UPDATE`
  const [used] = await tx.$queryRaw<{ day: bigint; month: bigint }[]>`
    SELECT ${usedUp} FROM payout WHERE ${takesRoom(asked.receiverId)} AND currency = ${asked.currency} AND id <> ${asked.id}::uuid`
  const { day, month } = used ?? { day: 0n, month: 0n }
  if (dayMinor !== null && day + asked.amountMinor > dayMinor)
    return { kind: 'limit_exceeded', which: 'receiver_day', leftMinor: atLeastZero(dayMinor - day) }
  if (monthMinor !== null && month + asked.amountMinor > monthMinor)
    return { kind: 'limit_exceeded', which: 'receiver_month', leftMinor: atLeastZero(monthMinor - month) }
  return null
}

const usedUp = Prisma.sql`
  coalesce(sum(amount_minor) FILTER (WHERE created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'), 0)::bigint AS day,
  coalesce(sum(amount_minor), 0)::bigint AS month`

/**
 * What ended unpaid takes no room; an unknown outcome does. Numbers are given in the order of time but for moments, so what comes before a
 * payout of the month before is not read.
 */
const takesRoom = (receiverId: string) => Prisma.sql`
  receiver_id = ${receiverId}::uuid AND (final_at IS NULL OR status = 'paid')
  AND created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
  AND seq > coalesce((
    SELECT seq FROM payout WHERE receiver_id = ${receiverId}::uuid
      AND created_at < date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '1 day'
    ORDER BY seq DESC LIMIT 1), 0)`

/** What one receiver has asked for today and this month (UTC), as the limits count it, in each currency that they asked for. */
export async function usedByReceiver(prisma: PrismaClient, receiverId: string): Promise<ReceiverUse[]> {
  const rows = await prisma.$queryRaw<{ currency: string; day: bigint; month: bigint }[]>`
    SELECT currency, ${usedUp} FROM payout WHERE ${takesRoom(receiverId)} GROUP BY currency ORDER BY currency`
  return rows.map(({ currency, day, month }) => ({ currency, dayMinor: day, monthMinor: month }))
}

const atLeastZero = (minor: bigint) => (minor < 0n ? 0n : minor)
