/** What people decide on whole batches, and how far workers have carried it out. Whatever concerns many rows is one statement. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import type { BatchDecision, BatchDecisionStore, DecisionRow } from '#lib/services/ports.ts'

const savedAtOnce = 1_000
const droppedAtOnce = 2

type SumRow = { currency: string; count: number; amountMinor: string }
type Row = Omit<BatchDecision, 'sums'> & { sums: SumRow[] }

const columns = `id, batch_id AS "batchId", kind, reason, by_id AS "byId", by_name AS "byName", set_hash AS "setHash", count, sums,
  made_at AS "madeAt", decided_at AS "decidedAt", proof, stopped_at AS "stoppedAt", ended_at AS "endedAt"`
const rowColumns = `line, payout_id AS "payoutId", content_hash AS "contentHash", risk_seen AS "riskSeen", risk_level AS "riskLevel", outcome, why`

const toDecision = <R extends Row>({ sums, ...row }: R) => ({
  ...row,
  sums: sums.map((sum) => ({ ...sum, amountMinor: BigInt(sum.amountMinor) })),
})
const written = ({ sums }: Pick<BatchDecision, 'sums'>) =>
  sums.map((sum) => ({ ...sum, amountMinor: sum.amountMinor.toString() }))

const chosen = {
  all: 'true',
  out: `outcome IN ('skipped', 'left_out', 'excluded')`,
  risky: `risk_level <> 'none'`,
}

export function createBatchDecisionStore(prisma: Database): BatchDecisionStore {
  const { sql } = prisma
  return {
    waiting: (batchId, after, limit) =>
      sql.query(
        `SELECT line, p.id AS "payoutId", batch_row.repeats IS NOT NULL AS repeats, is_new AS "isNew"
         FROM batch_row JOIN payout p ON p.id = batch_row.payout_id
         WHERE batch_id = $1::uuid AND line > $2 AND p.status = 'awaiting_approval' ORDER BY line LIMIT $3`,
        [batchId, after, limit],
      ),
    sumsWaiting: (batchId) =>
      sql.query(
        `SELECT p.currency, count(*)::int AS count, sum(p.amount_minor)::bigint AS "amountMinor"
         FROM batch_row JOIN payout p ON p.id = batch_row.payout_id
         WHERE batch_id = $1::uuid AND p.status = 'awaiting_approval' GROUP BY p.currency ORDER BY p.currency`,
        [batchId],
      ),
    async draft({ sums, ...decision }, rows) {
      await prisma.$transaction(
        async (tx) => {
          const { batchId, byId } = decision
          await drop(
            tx,
            await tx.batchDecision.findMany({
              where: { batchId, byId, decidedAt: null },
              select: { id: true },
            }),
          )
          await tx.batchDecision.create({ data: { ...decision, sums: toJson(written({ sums })) } })
          for (let at = 0; at < rows.length; at += savedAtOnce)
            await tx.$executeRawUnsafe(
              `INSERT INTO batch_decision_row (decision_id, line, payout_id, content_hash, risk_seen, risk_level, outcome, why)
               SELECT $1::uuid, line, "payoutId", "contentHash", "riskSeen", "riskLevel", outcome, why
               FROM json_to_recordset($2::json) AS given (line int, "payoutId" uuid, "contentHash" text, "riskSeen" text,
                 "riskLevel" text, outcome text, why jsonb)`,
              decision.id,
              JSON.stringify(rows.slice(at, at + savedAtOnce)),
            )
        },
        { timeout: 30_000 },
      )
    },
    async find(id) {
      const [row] = await sql.query<Row>(`SELECT ${columns} FROM batch_decision WHERE id = $1::uuid`, [id])
      return row ? toDecision(row) : null
    },
    async ofBatch(batchId, limit) {
      const rows = await sql.query<Row>(
        `SELECT ${columns} FROM batch_decision WHERE batch_id = $1::uuid AND decided_at IS NOT NULL ORDER BY seq DESC LIMIT $2`,
        [batchId, limit],
      )
      return rows.map(toDecision)
    },
    counts: (id) =>
      sql.query(
        `SELECT outcome, risk_level AS "riskLevel", count(*)::int AS count FROM batch_decision_row
         WHERE decision_id = $1::uuid GROUP BY outcome, risk_level`,
        [id],
      ),
    toApprove: (id) =>
      sql.query(
        `SELECT p.endpoint_id AS "endpointId", p.currency, sum(p.amount_minor)::bigint AS "amountMinor"
         FROM batch_decision_row r JOIN payout p ON p.id = r.payout_id
         WHERE r.decision_id = $1::uuid AND r.outcome IS NULL GROUP BY p.endpoint_id, p.currency`,
        [id],
      ),
    async rows(id, { which, after, limit }) {
      const found = await sql.query<DecisionRow>(
        `SELECT ${rowColumns} FROM batch_decision_row WHERE decision_id = $1::uuid AND line > $2 AND ${chosen[which]} ORDER BY line LIMIT $3`,
        [id, after, limit + 1],
      )
      const rows = found.slice(0, limit)
      return { rows, next: found.length > limit ? (rows.at(-1)?.line ?? null) : null }
    },
    decide: (decision, proof, actor) =>
      prisma.$transaction(async (tx) => {
        const decided = await tx.$executeRaw`
          UPDATE batch_decision SET decided_at = now(), proof = ${proof} WHERE id = ${decision.id}::uuid AND decided_at IS NULL`
        if (decided === 0) return false
        const { batchId, setHash, count, reason } = decision
        await writeAudit(
          tx,
          decision.kind === 'approve' ? 'batch_approved' : 'batch_rejected',
          actor,
          decision.id,
          { batchId, setHash, count, sums: written(decision), ...(reason !== null && { reason }) },
        )
        return true
      }),
    stop: ({ id, batchId, setHash }, actor) =>
      prisma.$transaction(async (tx) => {
        const stopped = await tx.$executeRaw`
          UPDATE batch_decision SET stopped_at = now(), ended_at = now()
          WHERE id = ${id}::uuid AND decided_at IS NOT NULL AND ended_at IS NULL`
        if (stopped === 0) return false
        await writeAudit(tx, 'batch_decision_stopped', actor, id, { batchId, setHash })
        return true
      }),
    async claim(leaseMs) {
      const [row] = await sql.query<Row & { attempt: number; stumbles: number }>(
        `UPDATE batch_decision SET lease_until = now() + make_interval(secs => $1::float8 / 1000), attempts = attempts + 1,
           stumbles = stumbles + 1
         WHERE id = (
           SELECT id FROM batch_decision WHERE decided_at IS NOT NULL AND ended_at IS NULL AND (lease_until IS NULL OR lease_until < now())
           ORDER BY decided_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING ${columns}, attempts AS attempt, stumbles`,
        [leaseMs],
      )
      if (!row) return null
      // A worker may have died between the approval and the note about it. If it was taken back since, it isn't given again.
      if (row.kind === 'approve')
        await sql.query(
          `UPDATE batch_decision_row r SET outcome = 'done' FROM batch_decision d
           WHERE d.id = $1::uuid AND r.decision_id = d.id AND r.outcome IS NULL AND EXISTS (
             SELECT FROM approval a WHERE a.payout_id = r.payout_id AND a.approver_id = d.by_id AND a.at >= d.decided_at)`,
          [row.id],
        )
      return { ...toDecision(row), attempt: row.attempt, stumbles: row.stumbles }
    },
    open: (id, after, limit) =>
      sql.query(
        `SELECT ${rowColumns} FROM batch_decision_row WHERE decision_id = $1::uuid AND line > $2 AND outcome IS NULL ORDER BY line LIMIT $3`,
        [id, after, limit],
      ),
    decidedOn: (id) =>
      sql.query(
        `SELECT payout_id AS "payoutId", content_hash AS "contentHash", risk_seen AS "riskSeen" FROM batch_decision_row
         WHERE decision_id = $1::uuid AND (outcome IS NULL OR outcome IN ('done', 'skipped'))`,
        [id],
      ),
    async record({ id, attempt }, outcomes, leaseMs) {
      const [kept] = await sql.query<{ held: boolean }>(
        `WITH held AS (
           UPDATE batch_decision SET lease_until = now() + make_interval(secs => $4::float8 / 1000),
             stumbles = CASE WHEN json_array_length($3::json) > 0 THEN 0 ELSE stumbles END
           WHERE id = $1::uuid AND attempts = $2 AND ended_at IS NULL RETURNING id
         ), changed AS (
           UPDATE batch_decision_row SET outcome = given.outcome, why = given.why
           FROM json_to_recordset($3::json) AS given (line int, outcome text, why jsonb), (SELECT $1::uuid AS id) AS mine
           WHERE decision_id = mine.id AND batch_decision_row.line = given.line AND batch_decision_row.outcome IS NULL
         ) SELECT EXISTS (SELECT FROM held) AS held`,
        [id, attempt, JSON.stringify(outcomes), leaseMs],
      )
      return kept?.held ?? false
    },
    finish: ({ id, batchId, setHash, byId, byName, attempt }, counts) =>
      prisma.$transaction(async (tx) => {
        const ended = await tx.$executeRaw`
          UPDATE batch_decision SET ended_at = now(), lease_until = NULL WHERE id = ${id}::uuid AND attempts = ${attempt} AND ended_at IS NULL
            AND NOT EXISTS (SELECT FROM batch_decision_row WHERE decision_id = ${id}::uuid AND outcome IS NULL)`
        if (ended === 0) return false
        const person = {
          kind: 'user' as const,
          id: byId,
          name: byName,
          role: 'approver' as const,
          receiverId: null,
        }
        await writeAudit(tx, 'batch_decision_ended', person, id, { batchId, setHash, counts })
        return true
      }),
    async dropDrafts(afterMs) {
      const old = await sql.query<{ id: string }>(
        `SELECT id FROM batch_decision WHERE decided_at IS NULL AND made_at < now() - make_interval(secs => $1::float8 / 1000)
         ORDER BY made_at LIMIT ${droppedAtOnce}`,
        [afterMs],
      )
      if (old.length > 0) await prisma.$transaction((tx) => drop(tx, old))
    },
  }
}

async function drop(tx: Transaction, drafts: readonly { id: string }[]): Promise<void> {
  // Locked, so that nothing of one that is being decided goes.
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM batch_decision WHERE id = ANY (${drafts.map(({ id }) => id)}::uuid[]) AND decided_at IS NULL FOR UPDATE SKIP LOCKED`
  const ids = found.map(({ id }) => id)
  await tx.$executeRaw`DELETE FROM batch_decision_row WHERE decision_id = ANY (${ids}::uuid[])`
  await tx.$executeRaw`DELETE FROM batch_decision WHERE id = ANY (${ids}::uuid[])`
}
