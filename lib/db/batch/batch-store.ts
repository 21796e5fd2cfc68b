/** Batches and their rows. Whatever concerns many rows is one statement. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import type { BatchProblem, BatchRepeat } from '#lib/payouts/batch-problems.ts'
import { columns, createBatchWork, stillCancellable, toBatch } from './batch-work.ts'
import type { Row } from './batch-work.ts'
import type { Batch, BatchRow, BatchState, BatchStore, Receiver, RowRefusal } from '#lib/services/ports.ts'

/** Rows of one statement. */
const savedAtOnce = 1_000

type RowRow = Omit<BatchRow, 'problems' | 'repeats' | 'refused'> & {
  problems: BatchProblem[] | null
  repeats: BatchRepeat[] | null
  refused: RowRefusal | null
}

/** Out of JSON, where a moment is a text. */
const revived = ({ detail, ...refused }: RowRefusal): RowRefusal =>
  detail === undefined
    ? refused
    : { ...refused, detail: 'from' in detail ? { ...detail, from: new Date(detail.from) } : detail }

const chosen = {
  all: 'true',
  wrong: '(problems IS NOT NULL OR refused IS NOT NULL)',
  repeats: 'repeats IS NOT NULL',
  new: 'is_new',
  sent: `EXISTS (SELECT FROM payout p WHERE p.id = batch_row.payout_id AND p.status NOT IN (${stillCancellable}, 'cancelled'))`,
}

/** As `stateOf` of lib/services/batch/show-batch.ts says it. */
const inState: Record<BatchState, string> = {
  checked: 'cancelled_at IS NULL AND submitted_at IS NULL AND ended_at IS NULL',
  over: 'cancelled_at IS NULL AND submitted_at IS NULL AND ended_at IS NOT NULL',
  working: 'cancelled_at IS NULL AND submitted_at IS NOT NULL AND ended_at IS NULL',
  done: 'cancelled_at IS NULL AND submitted_at IS NOT NULL AND ended_at IS NOT NULL',
  cancelling: 'cancelled_at IS NOT NULL AND cancel_ended_at IS NULL',
  cancelled: 'cancel_ended_at IS NOT NULL',
}

export function createBatchStore(prisma: Database): BatchStore {
  const { sql } = prisma
  const one = async (where: string, values: (string | number)[]): Promise<Batch | null> => {
    const [row] = await sql.query<Row>(`SELECT ${columns} FROM batch WHERE ${where}`, values)
    return row ? toBatch(row) : null
  }
  return {
    findSubmitted: (fileHash) => one('file_hash = $1 AND submitted_at IS NOT NULL', [fileHash]),
    async known(keys) {
      const found = await sql.query<{ key: string; payoutId: string; requestHash: string }>(
        `SELECT idempotency_key AS key, id AS "payoutId", request_hash AS "requestHash" FROM payout
         WHERE idempotency_key = ANY ($1::text[])`,
        [keys],
      )
      return new Map(found.map(({ key, ...payout }) => [key, payout]))
    },
    async receivers(externalIds) {
      const found = await sql.query<Receiver>(
        `SELECT id, external_id AS "externalId", email, first_name AS "firstName", last_name AS "lastName", locale::text AS locale
         FROM receiver WHERE external_id = ANY ($1::text[])`,
        [externalIds],
      )
      return new Map(found.map((receiver) => [receiver.externalId, receiver]))
    },
    async repeats(rows) {
      const asked = rows.map(({ line, receiver, amountMinor, currency }) => ({
        ...{ line, receiver, currency },
        amount_minor: amountMinor.toString(),
      }))
      const found = await sql.query<{ line: number; payoutId: string }>(
        `SELECT asked.line, same.id AS "payoutId"
         FROM json_to_recordset($1::json) AS asked (line int, receiver text, amount_minor bigint, currency text)
         JOIN receiver ON receiver.external_id = asked.receiver
         CROSS JOIN LATERAL (
           SELECT p.id FROM payout p WHERE p.receiver_id = receiver.id AND p.amount_minor = asked.amount_minor
             AND p.currency = asked.currency AND p.created_at >= now() - interval '24 hours'
             AND (p.final_at IS NULL OR p.status = 'paid')
           ORDER BY p.seq DESC LIMIT 1) AS same`,
        [JSON.stringify(asked)],
      )
      return new Map(found.map(({ line, payoutId }) => [line, payoutId]))
    },
    async save({ sums, ...batch }, rows, actor) {
      const parts = Array.from({ length: Math.ceil(rows.length / savedAtOnce) }, (_, part) =>
        rows.slice(part * savedAtOnce, (part + 1) * savedAtOnce),
      )
      await prisma.$transaction(
        async (tx) => {
          const told = sums.map((sum) => ({ ...sum, amountMinor: sum.amountMinor.toString() }))
          await tx.batch.create({ data: { ...batch, sums: toJson(told) } })
          for (const part of parts) {
            const given = JSON.stringify(
              part.map(({ amountMinor, problems, repeats, isNew, payoutId, ...row }) => ({
                ...row,
                amount_minor: amountMinor?.toString() ?? null,
                problems: problems.length > 0 ? problems : null,
                repeats: repeats.length > 0 ? repeats : null,
                is_new: isNew,
                payout_id: payoutId,
              })),
            )
            await tx.$executeRaw`
              INSERT INTO batch_row (batch_id, line, key, sealed, receiver, amount_minor, currency, problems, repeats, is_new, payout_id)
              SELECT ${batch.id}::uuid, line, key, sealed, receiver, amount_minor, currency, problems, repeats, is_new, payout_id
              FROM json_to_recordset(${given}::json) AS given (line int, key text, sealed text, receiver text, amount_minor bigint,
                currency text, problems jsonb, repeats jsonb, is_new boolean, payout_id uuid)`
          }
          const { name, format, rows: all, wrong } = batch
          await writeAudit(tx, 'batch_checked', actor, batch.id, {
            name,
            format,
            rows: all,
            wrong,
            sums: told,
          })
        },
        // Ten thousand rows take about a second.
        { timeout: 30_000 },
      )
    },
    find: (id) => one('id = $1::uuid', [id]),
    async list({ apiKeyOwnerId, state }, { limit, before }) {
      const found = await sql.query<Row>(
        `SELECT ${columns} FROM batch WHERE ($1::bigint IS NULL OR seq < $1)
           AND ($2::uuid IS NULL OR api_key_id IN (SELECT id FROM api_key WHERE owner_id = $2))
           AND ${state === undefined ? 'true' : inState[state]}
         ORDER BY seq DESC LIMIT $3`,
        [before ?? null, apiKeyOwnerId ?? null, limit + 1],
      )
      const rows = found.slice(0, limit).map(toBatch)
      return { rows, next: found.length > limit ? (rows.at(-1)?.seq ?? null) : null }
    },
    async rows(id, { limit, after = 0, which = 'all' }) {
      const found = await sql.query<RowRow>(
        `SELECT line, key, receiver, amount_minor AS "amountMinor", currency, problems, repeats, is_new AS "isNew",
           payout_id AS "payoutId", refused
         FROM batch_row WHERE batch_id = $1::uuid AND line > $2 AND ${chosen[which]} ORDER BY line LIMIT $3`,
        [id, after, limit + 1],
      )
      const rows = found.slice(0, limit).map((row): BatchRow => ({
        ...row,
        problems: row.problems ?? [],
        repeats: row.repeats ?? [],
        refused: row.refused && revived(row.refused),
      }))
      return { rows, next: found.length > limit ? (rows.at(-1)?.line ?? null) : null }
    },
    progress: (id) =>
      sql.query(
        `SELECT p.status::text AS status, p.currency, count(*)::int AS count, sum(p.amount_minor)::bigint AS "amountMinor"
         FROM batch_row JOIN payout p ON p.id = batch_row.payout_id WHERE batch_id = $1::uuid
         GROUP BY p.status, p.currency ORDER BY p.currency, p.status`,
        [id],
      ),
    async waitingForApproval(id, limit) {
      const found = await sql.query<{ id: string }>(
        `SELECT p.id FROM batch_row JOIN payout p ON p.id = batch_row.payout_id
         WHERE batch_id = $1::uuid AND p.status = 'awaiting_approval' ORDER BY line LIMIT $2`,
        [id, limit + 1],
      )
      return { payoutIds: found.slice(0, limit).map((row) => row.id), more: found.length > limit }
    },
    submit: (id, actor) =>
      prisma.$transaction(async (tx) => {
        // Two batches of one file wait for each other here, so that the second one hears of the first.
        const [batch] = await tx.$queryRaw<
          { submitted: boolean; cancelled: boolean; ended: boolean; fileHash: string; name: string }[]
        >`
          SELECT submitted_at IS NOT NULL AS submitted, cancelled_at IS NOT NULL AS cancelled, ended_at IS NOT NULL AS ended, file_hash AS "fileHash", name
          FROM batch WHERE id = ${id}::uuid FOR UPDATE`
        if (!batch) throw new Error(`Bug: no batch ${id}`)
        if (batch.cancelled) return 'cancelled'
        if (batch.submitted) return 'again'
        if (batch.ended) return 'over'
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('batch file ' || ${batch.fileHash}, 0))`
        const [twin] = await tx.$queryRaw<unknown[]>`
          SELECT FROM batch WHERE file_hash = ${batch.fileHash} AND submitted_at IS NOT NULL LIMIT 1`
        if (twin) return 'taken'
        await tx.$executeRaw`UPDATE batch SET submitted_at = now() WHERE id = ${id}::uuid`
        await writeAudit(tx, 'batch_submitted', actor, id, { name: batch.name })
        return 'submitted'
      }),
    cancel: (id, actor) =>
      prisma.$transaction(async (tx) => {
        const [batch] = await tx.$queryRaw<{ cancelled: boolean; ended: boolean; name: string }[]>`
          SELECT cancelled_at IS NOT NULL AS cancelled, ended_at IS NOT NULL AND submitted_at IS NULL AS ended, name
          FROM batch WHERE id = ${id}::uuid FOR UPDATE`
        if (!batch) throw new Error(`Bug: no batch ${id}`)
        if (batch.cancelled) return 'again'
        if (batch.ended) return 'over'
        const [person, key] = actor.kind === 'user' ? [actor.id, null] : [null, actor.id]
        // A worker does the rest. One that has the batch in hand keeps it, so that nothing is made while another one cancels; if rows only
        // wait to be tried again, it is due now.
        await tx.$executeRaw`
          UPDATE batch SET cancelled_at = now(), cancelled_by_id = ${person}::uuid, cancelled_by_key_id = ${key}::uuid,
            cancelled_by_name = ${actor.name}, stumbles = 0,
            lease_until = CASE WHEN NOT EXISTS (
              SELECT FROM batch_row WHERE batch_id = batch.id AND try_at = lease_until) THEN lease_until END,
            ended_at = CASE WHEN submitted_at IS NULL THEN now() ELSE ended_at END,
            cancel_ended_at = CASE WHEN submitted_at IS NULL THEN now() END
          WHERE id = ${id}::uuid`
        await tx.$executeRaw`
          UPDATE batch_row SET sealed = CASE WHEN batch.submitted_at IS NOT NULL THEN sealed END, try_at = NULL FROM batch
          WHERE batch.id = ${id}::uuid AND batch_id = batch.id AND (batch.submitted_at IS NULL AND sealed IS NOT NULL OR try_at IS NOT NULL)`
        await writeAudit(tx, 'batch_cancelled', actor, id, { name: batch.name })
        return 'cancelled'
      }),
    ...createBatchWork(prisma),
  }
}
