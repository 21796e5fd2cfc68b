/** Reads everything that is exported, in one snapshot, through cursors: however much there is, a thousand lines are in memory. */
import { auditMaterial } from '#lib/db/audit/audit-trail.ts'
import { destinationPlace } from '#lib/db/destination/destination-rows.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { payoutPlace } from '#lib/db/payout/payout-rows.ts'
import { eventMaterial } from '#lib/db/safety/history-store.ts'
import { openFields } from '#lib/db/seal/sealed-fields.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { maskDestination } from '#lib/payouts/fields.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { ExportScope, InstallationStore } from '#lib/services/ports.ts'
import { exportedTables } from './export-tables.ts'
import type { ExportedTable } from './export-tables.ts'

const linesAtOnce = 1_000
/** A day: a million payouts took minutes. */
const timeoutMs = 86_400_000

const places = { payout: payoutPlace, destination: destinationPlace }
const materials = { payout_event: eventMaterial.sql, audit_event: auditMaterial.sql }

export function createInstallationStore(prisma: Database, vault: Vault): InstallationStore {
  return {
    read: (scope, take) =>
      prisma.$transaction((tx) => readAll(tx, vault, scope, take), {
        isolationLevel: 'RepeatableRead',
        timeout: timeoutMs,
      }),
  }
}

async function readAll(
  tx: Transaction,
  vault: Vault,
  scope: ExportScope,
  take: Parameters<InstallationStore['read']>[1],
): ReturnType<InstallationStore['read']> {
  // Files are written while this is open. The client gives up on a statement before the server would.
  await tx.$executeRawUnsafe('SET LOCAL idle_in_transaction_session_timeout = 0')
  await tx.$executeRawUnsafe('SET TRANSACTION READ ONLY')
  const [now] = await tx.$queryRaw<{ takenAt: Date; migration: string }[]>`
    SELECT now() AS "takenAt", (SELECT migration_name FROM _prisma_migrations ORDER BY migration_name DESC LIMIT 1) AS migration`
  if (!now) throw new Error('Bug: the database has no time')
  for (const spec of exportedTables) {
    if (scope.receiverId !== null && spec.of === undefined) continue
    await readTable(tx, vault, scope, spec, (lines) => take(`${spec.table}.jsonl`, lines))
  }
  return now
}

async function readTable(
  tx: Transaction,
  vault: Vault,
  { receiverId, open }: ExportScope,
  spec: ExportedTable,
  take: (lines: string[]) => Promise<void>,
): Promise<void> {
  await tx.$executeRawUnsafe(`DECLARE lines NO SCROLL CURSOR FOR ${await selectLines(tx, spec, receiverId)}`)
  for (let first = true; ; first = false) {
    const rows = await tx.$queryRawUnsafe<{ line: string; sealed: string | null; id: string | null }[]>(
      `FETCH ${linesAtOnce} FROM lines`,
    )
    if (rows.length > 0 || first) {
      const { fields } = spec
      await take(
        rows.map(({ line, sealed, id }) =>
          fields
            ? withFields(line, fieldsOf(vault, places[fields.place](id ?? ''), sealed ?? '', open))
            : line,
        ),
      )
    }
    if (rows.length < linesAtOnce) break
  }
  await tx.$executeRawUnsafe('CLOSE lines')
}

/** PostgreSQL writes the JSON. What JavaScript would round is text, and so are bytes. */
async function selectLines(
  tx: Transaction,
  { table, columns, order, of, fields, hashed, notOfOne = [] }: ExportedTable,
  receiverId: string | null,
): Promise<string> {
  const types = await tx.$queryRaw<{ name: string; type: string }[]>`
    SELECT attname::text AS name, atttypid::regtype::text AS type FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped`
  const typeOf = new Map(types.map(({ name, type }) => [name, type]))
  const isOfOne = receiverId !== null
  const values = columns
    .filter((column) => !isOfOne || !notOfOne.includes(column))
    .map((column) => {
      const type = typeOf.get(column)
      if (type === undefined) throw new Error(`Bug: ${table} has no column ${column}`)
      const named = `e."${column}"`
      if (type === 'bigint') return `${named}::text AS "${column}"`
      return type === 'bytea' ? `encode(${named}, 'base64') AS "${column}"` : named
    })
  if (hashed && !(isOfOne && notOfOne.length > 0)) values.push(`${materials[hashed]} AS material`)
  if (receiverId !== null && !isUuid(receiverId)) throw new Error('Bug: a receiver without an id')
  const where = receiverId === null ? '' : `WHERE ${(of ?? 'false').replaceAll('?', `'${receiverId}'::uuid`)}`
  const sealed = fields ? `e."${fields.sealed}" AS sealed, e.id::text AS id` : 'NULL AS sealed, NULL AS id'
  const places = order.split(', ').map((column) => `e."${column}"`)
  return `SELECT (SELECT row_to_json(exported)::text FROM (SELECT ${values.join(', ')}) AS exported) AS line, ${sealed}
    FROM "${table}" e ${where} ORDER BY ${places.join(', ')}`
}

/** Null: its seal can't be opened here. */
function fieldsOf(vault: Vault, place: string, sealed: string, open: boolean): Record<string, string> | null {
  const { fields, trouble } = openFields(vault, sealed, place)
  if (trouble !== null) return null
  return open ? fields : maskDestination(fields)
}

const withFields = (line: string, fields: Record<string, string> | null): string =>
  `${line.slice(0, -1)},"fields":${JSON.stringify(fields)}}`
