/** What one receiver may ask for in a day and in a month, counted under a lock so that no two requests use the same room. */
import type { NewPayout, NotCreated, ReceiverLimits } from '#lib/services/ports.ts'
import type { Transaction } from '#lib/db/engine/client.ts'

type Asked = Pick<NewPayout, 'id' | 'amountMinor' | 'currency'> & { receiverId: string }

/** Null when the payout, which the caller has just inserted, fits. Other requests for this receiver wait for this transaction. */
export async function withinLimits(
  tx: Transaction,
  asked: Asked,
  { dayMinor, monthMinor }: ReceiverLimits,
): Promise<NotCreated | null> {
  if (dayMinor === null && monthMinor === null) return null
  await tx.$queryRaw`SELECT FROM receiver WHERE id = ${asked.receiverId}::uuid FOR NO KEY UPDATE`
  // What ended unpaid takes no room; an unknown outcome does. Numbers are given in the order of time but for moments, so what comes before a
  // payout of the month before is not read.
  const [used] = await tx.$queryRaw<{ day: bigint; month: bigint }[]>`
    SELECT coalesce(sum(amount_minor) FILTER (WHERE created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'), 0)::bigint AS day,
           coalesce(sum(amount_minor), 0)::bigint AS month
    FROM payout
    WHERE receiver_id = ${asked.receiverId}::uuid AND currency = ${asked.currency} AND id <> ${asked.id}::uuid
      AND (final_at IS NULL OR status = 'paid')
      AND created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
      AND seq > coalesce((
        SELECT seq FROM payout WHERE receiver_id = ${asked.receiverId}::uuid
          AND created_at < date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '1 day'
        ORDER BY seq DESC LIMIT 1), 0)`
  const { day, month } = used ?? { day: 0n, month: 0n }
  if (dayMinor !== null && day + asked.amountMinor > dayMinor)
    return { kind: 'limit_exceeded', which: 'receiver_day', leftMinor: atLeastZero(dayMinor - day) }
  if (monthMinor !== null && month + asked.amountMinor > monthMinor)
    return { kind: 'limit_exceeded', which: 'receiver_month', leftMinor: atLeastZero(monthMinor - month) }
  return null
}

const atLeastZero = (minor: bigint) => (minor < 0n ? 0n : minor)
