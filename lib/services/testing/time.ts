/** Makes time pass in tests by moving what waits for it. */
import type { createTestPortal } from './portal.ts'

type Prisma = Awaited<ReturnType<typeof createTestPortal>>['prisma']

/** Makes a grant payable this long from now, by the database's clock (negative: since then). Works only with the triggers off. */
export async function payableIn(prisma: Prisma, grantId: string, ms: number): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRaw`
      UPDATE grant_row SET payable_from = clock_timestamp() + make_interval(secs => ${ms}::float8 / 1000)
      WHERE id = ${grantId}::uuid`
  })
}

/** As if this payout had been waiting `minutes` longer. It is due now. */
export async function passMinutes(prisma: Prisma, payoutId: string, minutes: number): Promise<void> {
  await prisma.$executeRaw`
    WITH work AS (
      UPDATE payout_work SET
        progress = CASE WHEN progress ? 'unsentSince' THEN jsonb_set(progress, '{unsentSince}',
          to_jsonb(to_char(((progress ->> 'unsentSince')::timestamptz - ${minutes} * interval '1 minute') AT TIME ZONE 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) ELSE progress END,
        due_at = date_trunc('milliseconds', now()), news_at = date_trunc('milliseconds', now())
      WHERE payout_id = ${payoutId}::uuid
    )
    UPDATE payout SET
      stage_since = stage_since - ${minutes} * interval '1 minute',
      approved_at = approved_at - ${minutes} * interval '1 minute',
      send_after = send_after - ${minutes} * interval '1 minute'
    WHERE id = ${payoutId}::uuid`
}

/** As if this payout had been asked for at another time: `when` is SQL, e.g. `now() - interval '1 day'`. */
export async function askedAt(prisma: Prisma, payoutId: string, when: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRawUnsafe(`UPDATE payout SET created_at = ${when} WHERE id = $1::uuid`, payoutId)
  })
}
