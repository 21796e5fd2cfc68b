/**
 * The audit trail as people read it, and its proof: rows are hashed as they are written, and chained by seals, each over all rows since the
 * one before. Hashes are computed here, from the rows as they are now; the database's own functions vouch for nothing.
 */
import type { AuditFilter, AuditProof, AuditRow, AuditTrail } from '#lib/services/ports.ts'
import { writersFinished } from '#lib/db/engine/writers-finished.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { sha256 } from '#lib/services/safety/history-chain.ts'

const pageSize = 2_000
/** Below every number that a row can have, even one inserted by hand. */
const lowest = -(2n ** 63n)

/** The same list as audit_event_material() in the migration, which the trigger hashes. */
export const auditMaterial = Prisma.sql`jsonb_build_array(
  e.id, extract(epoch FROM e.at), e.kind, e.actor_kind, e.actor_id, e.actor_name, e.subject, e.data)::text`

type Seal = { seq: bigint; lastEventId: bigint; events: bigint; hash: string }

const selectSeals = Prisma.sql`SELECT seq, last_event_id AS "lastEventId", events, hash FROM audit_seal`

export function createAuditTrail(prisma: PrismaClient): AuditTrail {
  return {
    async list(filter, { limit, before }) {
      const rows = await prisma.$queryRaw<AuditRow[]>`
        SELECT id, at, kind, actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName", subject, data
        FROM audit_event e
        WHERE ${await conditions(prisma, filter)} AND ${before === null ? Prisma.sql`true` : Prisma.sql`e.id < ${before}`}
        ORDER BY e.id DESC LIMIT ${limit + 1}`
      const page = rows.slice(0, limit)
      return { rows: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
    },

    // Each step jumps to the next kind by the index, however many rows there are.
    async kinds() {
      const rows = await prisma.$queryRaw<{ kind: string }[]>`
        WITH RECURSIVE each AS (
          (SELECT kind FROM audit_event ORDER BY kind LIMIT 1)
          UNION ALL
          SELECT (SELECT e.kind FROM audit_event e WHERE e.kind > each.kind ORDER BY e.kind LIMIT 1) FROM each WHERE each.kind IS NOT NULL
        ) SELECT kind FROM each WHERE kind IS NOT NULL`
      return rows.map(({ kind }) => kind)
    },

    seal: () => seal(prisma),
  }
}

async function conditions(
  prisma: PrismaClient,
  { who, kind, subject, from, to }: AuditFilter,
): Promise<Prisma.Sql> {
  const all: Prisma.Sql[] = [Prisma.sql`true`]
  if (who !== null) {
    // People and keys match by their present name, rows by the name at the time.
    const pattern = `%${who.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    const known = await prisma.$queryRaw<{ id: string }[]>`
      SELECT id::text FROM app_user WHERE name ILIKE ${pattern} OR email ILIKE ${pattern}
      UNION ALL SELECT id::text FROM api_key WHERE name ILIKE ${pattern} LIMIT 500`
    all.push(
      Prisma.sql`(e.actor_id = ANY (${known.map(({ id }) => id)}::text[]) OR e.actor_id = ${who} OR e.actor_name = ${who})`,
    )
  }
  if (kind !== null) all.push(Prisma.sql`e.kind = ${kind}`)
  if (subject !== null) all.push(Prisma.sql`e.subject = ${subject}`)
  if (from !== null) all.push(Prisma.sql`e.at >= ${from}::timestamptz`)
  if (to !== null) all.push(Prisma.sql`e.at < ${to}::timestamptz`)
  return Prisma.join(all, ' AND ')
}

/** Seals what was written since the last seal. False when there is nothing, a writer has not finished, or another worker was quicker. */
async function seal(prisma: PrismaClient): Promise<boolean> {
  const [last] = await prisma.$queryRaw<Seal[]>`${selectSeals} ORDER BY seq DESC LIMIT 1`
  const [newest] = await prisma.$queryRaw<{ id: bigint | null }[]>`SELECT max(id) AS id FROM audit_event`
  const from = last?.lastEventId ?? lowest
  if (!newest || newest.id === null || newest.id <= from) return false
  if (!(await writersFinished(prisma))) return false
  const chain = createChain(prisma, last?.hash ?? '')
  const { events, hash } = await chain.upTo(from, newest.id)
  const made = await prisma.$executeRaw`
    INSERT INTO audit_seal (seq, last_event_id, events, hash)
    VALUES (${(last?.seq ?? 0n) + 1n}, ${newest.id}, ${events}, ${hash}) ON CONFLICT DO NOTHING`
  return made === 1
}

/** SHA-256 over the hash of the seal before and "number hash" of each row, a line each. */
function createChain(db: PrismaClient | Transaction, before: string) {
  return {
    async upTo(
      after: bigint,
      last: bigint,
    ): Promise<{ events: bigint; hash: string; changed: bigint | null }> {
      const lines = [before]
      let changed: bigint | null = null
      let done = after
      for (;;) {
        const rows = await db.$queryRaw<{ id: bigint; hash: string; material: string }[]>`
          SELECT e.id, e.hash, ${auditMaterial} AS material FROM audit_event e
          WHERE e.id > ${done} AND e.id <= ${last} ORDER BY e.id LIMIT ${pageSize}`
        for (const row of rows) {
          if (changed === null && sha256(row.material) !== row.hash) changed = row.id
          lines.push(`${row.id} ${row.hash}`)
        }
        done = rows.at(-1)?.id ?? done
        if (rows.length < pageSize)
          return { events: BigInt(lines.length - 1), hash: sha256(lines.join('\n')), changed }
      }
    },
  }
}

/** Checks every row against its hash, every seal against its rows and the seal before it, and the seals that anchors name. */
export async function verifyAudit(
  tx: Transaction,
  anchored: { what: string; lastEventId: bigint; hash: string }[],
): Promise<AuditProof> {
  const seals = await tx.$queryRaw<Seal[]>`${selectSeals} ORDER BY seq`
  const proof: AuditProof = { events: 0, unsealed: 0, seals: seals.length, firstBroken: null }
  const fault = (
    wrong: NonNullable<AuditProof['firstBroken']>['wrong'],
    eventId: bigint | null,
    why: string,
  ) => (proof.firstBroken ??= { wrong, eventId, why })
  let before = ''
  let after = lowest
  for (const [index, one] of seals.entries()) {
    if (one.seq !== BigInt(index + 1))
      fault('seal', null, `Seal ${index + 1} of the audit trail is not there.`)
    const found = await createChain(tx, before).upTo(after, one.lastEventId)
    proof.events += Number(found.events)
    if (found.changed !== null)
      fault('changed', found.changed, `Audit row ${found.changed} does not fit its hash: it was changed.`)
    if (found.events !== one.events)
      fault(
        found.events < one.events ? 'missing' : 'inserted',
        null,
        `Seal ${one.seq} covers ${one.events} audit rows up to ${one.lastEventId}. There are ${found.events} now.`,
      )
    if (found.hash !== one.hash)
      fault('seal', null, `Seal ${one.seq} of the audit trail does not fit its rows, or the seal before.`)
    before = one.hash
    after = one.lastEventId
  }
  const [newest] = await tx.$queryRaw<{ id: bigint | null }[]>`SELECT max(id) AS id FROM audit_event`
  const rest = await createChain(tx, before).upTo(after, newest?.id ?? after)
  if (rest.changed !== null)
    fault('changed', rest.changed, `Audit row ${rest.changed} does not fit its hash: it was changed.`)
  proof.unsealed = Number(rest.events)
  proof.events += proof.unsealed
  for (const { what, lastEventId, hash } of anchored)
    if (!seals.some((one) => one.lastEventId === lastEventId && one.hash === hash))
      fault(
        'anchor',
        null,
        `${what} names a seal of the audit trail up to row ${lastEventId} that is not there with that hash.`,
      )
  return proof
}

/** The newest seal, for the anchor of the day. */
export async function lastSeal(prisma: PrismaClient): Promise<Pick<Seal, 'lastEventId' | 'hash'> | null> {
  const [last] = await prisma.$queryRaw<Seal[]>`${selectSeals} ORDER BY seq DESC LIMIT 1`
  return last ?? null
}
