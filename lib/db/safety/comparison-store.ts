/** Comparisons with Cardzo: which payout is next, which worker asks, and what came of it. All in rows, so that a restart continues. */
import { randomUUID } from 'node:crypto'
import type { Comparison, ComparisonStore, ComparisonTurn } from '#lib/services/ports.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'

/** Cardzo calls back for fourteen days. The setting `comparison_days` overrides this. */
const defaultDays = 14
/** The next day's comparison waits this long for one that is still running, then ends it. */
const patienceHours = 22
/** The advisory lock for starting one; any number that no other lock of ours has. */
const startLock = 734_102

/** Payouts with an order at Cardzo that ended in the days before the comparison began. The tables are `p` and `c`. */
const comparable = Prisma.sql`p.order_id IS NOT NULL
  AND p.final_at >= c.started_at - make_interval(days => c.days) AND p.final_at < c.started_at`

/** In the order in which they ended, which an index has. One that was running before there was this order begins again. */
const notAsked = Prisma.sql`(p.final_at, p.seq) > (coalesce(c.done_at, '-infinity'), c.done_seq)`

export function createComparisonStore(prisma: PrismaClient): ComparisonStore {
  return {
    async startDaily(fromHour) {
      const made = await prisma.$queryRaw<Row[]>`
        INSERT INTO comparison AS c (id, days, day)
        SELECT ${randomUUID()}::uuid, ${await daysToCompare(prisma)}::int, (now() AT TIME ZONE 'UTC')::date
        WHERE extract(hour FROM now() AT TIME ZONE 'UTC') >= ${fromHour}::int
          AND NOT EXISTS (
            SELECT FROM comparison WHERE finished_at IS NULL AND started_at > now() - make_interval(hours => ${patienceHours}::int)
          )
        ON CONFLICT (day) DO NOTHING RETURNING ${columns}`
      return made[0] ?? null
    },

    async start(actor) {
      const days = await daysToCompare(prisma)
      return prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${startLock})`
        const running = await runningOne(tx)
        if (running) return { started: false, comparison: running }
        const made = await tx.$queryRaw<Row[]>`
          INSERT INTO comparison AS c (id, days) VALUES (${randomUUID()}::uuid, ${days}::int) RETURNING ${columns}`
        const [comparison] = made
        if (!comparison) throw new Error('Bug: a comparison was not stored')
        await writeAudit(tx, 'comparison_started', actor, comparison.id, { days })
        return { started: true, comparison }
      })
    },

    takeTurn: (workerId, leaseMs) => prisma.$transaction((tx) => takeTurn(tx, workerId, leaseMs)),

    async count(turn, answer) {
      await prisma.$executeRaw`
        UPDATE comparison SET done_seq = ${turn.seq}, done_at = ${turn.endedAt}, failures = 0, asked = asked + 1,
          differences = differences + ${answer === 'differs' ? 1 : 0}::int,
          unanswered = unanswered + ${answer === 'none' ? 1 : 0}::int
        WHERE ${stillMine(turn)}`
    },

    async postpone(turn, ms) {
      await prisma.$executeRaw`
        UPDATE comparison SET failures = failures + 1, leased_by = NULL, lease_until = ${fromNow(ms)}
        WHERE ${stillMine(turn)}`
    },

    async latest() {
      const running = await runningOne(prisma)
      const finished = await prisma.$queryRaw<Row[]>`
        SELECT ${columns} FROM comparison c WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1`
      return { running, finished: finished[0] ?? null }
    },

    async changesOf(payoutId) {
      const rows = await prisma.gatewayChange.findMany({ where: { payoutId }, orderBy: { seenAt: 'asc' } })
      return rows.map(({ seenAt, status, gatewayStatus, gatewayStage, amount, currency }) => ({
        seenAt,
        status,
        gatewayStatus,
        gatewayStage,
        amount,
        currency,
      }))
    },
  }
}

type Row = Comparison

const columns = Prisma.sql`c.id::text, c.days, c.started_at AS "startedAt", c.finished_at AS "finishedAt", c.asked, c.unanswered, c.differences`

/** A worker that lost its turn while it waited for Cardzo counts nothing. */
const stillMine = ({ comparisonId, workerId, seq, endedAt }: ComparisonTurn) => Prisma.sql`
  id = ${comparisonId}::uuid AND leased_by = ${workerId} AND finished_at IS NULL
  AND (done_at IS NULL OR (done_at, done_seq) < (${endedAt}, ${seq}))`

async function daysToCompare(prisma: PrismaClient): Promise<number> {
  const setting = await prisma.setting.findUnique({ where: { key: 'comparison_days' } })
  const days = setting?.value
  return typeof days === 'number' && Number.isInteger(days) && days > 0 && days <= 3650 ? days : defaultDays
}

async function runningOne(db: PrismaClient | Transaction): Promise<Comparison | null> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${columns} FROM comparison c WHERE finished_at IS NULL ORDER BY started_at DESC, id LIMIT 1`
  return rows[0] ?? null
}

async function takeTurn(
  tx: Transaction,
  workerId: string,
  leaseMs: number,
): ReturnType<ComparisonStore['takeTurn']> {
  const [mine] = await tx.$queryRaw<{ id: string; failures: number; now: Date }[]>`
    UPDATE comparison SET leased_by = ${workerId}, lease_until = ${fromNow(leaseMs)}
    WHERE id = (SELECT id FROM comparison WHERE finished_at IS NULL ORDER BY started_at DESC, id LIMIT 1)
      AND (lease_until IS NULL OR lease_until <= now() OR leased_by = ${workerId})
    RETURNING id::text, failures, now() AS now`
  if (!mine) return null
  await endOlderOnes(tx, mine.id)
  const [next] = await tx.$queryRaw<{ id: string; seq: bigint; endedAt: Date }[]>`
    SELECT p.id::text, p.seq, p.final_at AS "endedAt" FROM comparison c CROSS JOIN LATERAL (
      SELECT p.id, p.seq, p.final_at FROM payout p WHERE ${comparable} AND ${notAsked} ORDER BY p.final_at, p.seq LIMIT 1) AS p
    WHERE c.id = ${mine.id}::uuid`
  if (next) {
    const { id: comparisonId, failures, now } = mine
    return {
      kind: 'ask',
      turn: {
        comparisonId,
        workerId,
        payoutId: next.id,
        seq: next.seq,
        endedAt: next.endedAt,
        failures,
        now,
      },
    }
  }
  const [finished] = await tx.$queryRaw<Row[]>`
    UPDATE comparison c SET finished_at = now(), leased_by = NULL, lease_until = NULL
    WHERE id = ${mine.id}::uuid RETURNING ${columns}`
  if (!finished) throw new Error('Bug: a comparison vanished')
  return { kind: 'finished', comparison: finished }
}

/** A comparison that ran until the next began (Cardzo was away all day) ends with the rest unanswered. */
async function endOlderOnes(tx: Transaction, current: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE comparison c SET finished_at = now(), asked = asked + rest.payouts, unanswered = unanswered + rest.payouts
    FROM (
      SELECT c.id, count(p.id)::int AS payouts FROM comparison c
      LEFT JOIN payout p ON ${comparable} AND ${notAsked}
      WHERE c.finished_at IS NULL AND c.id <> ${current}::uuid GROUP BY c.id
    ) rest
    WHERE c.id = rest.id`
}
