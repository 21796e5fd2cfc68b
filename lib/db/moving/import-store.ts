/** Imports: proposals whose rows are kept sealed, in pieces, until a worker has applied them; and what they brought. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { printsOf } from '#lib/db/destination/destination-rows.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { closeOpenItem, openItem } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type {
  Import,
  ImportedPayout,
  ImportRows,
  ImportStore,
  NamedReceiver,
  NewImport,
  Told,
} from '#lib/services/ports.ts'
import { applyRows } from './apply-import.ts'
import {
  askIn,
  askOn,
  importColumns,
  namedHistory,
  namedReceivers,
  partPlace,
  piecesOf,
  selectHistory,
  toImport,
  toImported,
} from './import-rows.ts'
import type { Ask, ImportedRow, ImportRow } from './import-rows.ts'

/** A hundred thousand rows are kept in a few seconds on a busy machine. */
const proposeTimeoutMs = 60_000
/** Imports that are ended in one go because nobody decided on them. */
const droppedAtOnce = 20

const worker: Actor = { kind: 'worker', id: 'imports' }

export function createImportStore(prisma: Database, hooks: StoreHooks, vault: Vault): ImportStore {
  const ask = askOn(prisma)
  const open = (sealed: string, id: string, what: string, part: number): unknown =>
    JSON.parse(vault.open(sealed, partPlace(id, what, part)))

  /** Undefined: there is none of that number. */
  async function readPart(from: Ask, id: string, what: string, part: number): Promise<unknown> {
    const [row] = await from<{ sealed: string }>(
      'SELECT sealed FROM import_part WHERE import_id = $1::uuid AND what = $2 AND part = $3::int',
      ...[id, what, part],
    )
    return row && open(row.sealed, id, what, part)
  }

  async function writePart(tx: Transaction, id: string, what: string, part: number, rows: unknown) {
    await tx.importPart.create({
      data: { importId: id, what, part, sealed: vault.seal(JSON.stringify(rows), partPlace(id, what, part)) },
    })
  }

  async function propose(
    tx: Transaction,
    { problems, content, sums, rows, ...draft }: NewImport,
    tell: (made: Import) => Told,
    actor: Actor,
  ): Promise<Import> {
    const { actorId, actorName } = actorColumns(actor)
    const wrong = new Set(problems.map(({ line }) => line)).size
    const pieces = wrong > 0 ? [] : piecesOf<unknown>(content.rows)
    const told = sums.map((sum) => ({ ...sum, amountMinor: sum.amountMinor.toString() }))
    await tx.import.create({
      data: {
        ...{ ...draft, rows, wrong, sums: told, parts: pieces.length, proposedByName: actorName },
        proposedById: actor.kind === 'user' ? actorId : null,
        endedAt: wrong > 0 ? new Date() : null,
      },
    })
    for (const [part, some] of pieces.entries()) await writePart(tx, draft.id, 'rows', part, some)
    for (const [part, some] of piecesOf(problems).entries())
      await writePart(tx, draft.id, 'problems', part, some)
    const { kind, name, source, atOnce } = draft
    await writeAudit(tx, wrong > 0 ? 'import_checked' : 'import_proposed', actor, draft.id, {
      ...{ kind, name, rows, wrong, sums: told },
      ...(source !== null && { source }),
      ...(atOnce && { atOnce }),
    })
    const made = await find(askIn(tx), draft.id)
    if (!made) throw new Error(`Bug: import ${draft.id} was not saved`)
    const { mails, item } = tell(made)
    if (item) await openItem(tx, item, null)
    const mailIds = await insertMails(tx, mails, null, vault)
    if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
    return made
  }

  async function applyNext(tx: Transaction, coolingOffH: number): Promise<boolean> {
    // The lock is the lease: a worker that dies loses it, and with it all that it had not committed.
    const [row] = await askIn(tx)<ImportRow>(
      `SELECT ${importColumns} FROM import WHERE ended_at IS NULL AND decision = 'confirmed'
       ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED`,
    )
    if (!row) return false
    const imported = toImport(row)
    const { id, kind, done, parts, made, leftOut } = imported
    if (done === parts) {
      await tx.import.update({ where: { id }, data: { endedAt: new Date() } })
      await writeAudit(tx, 'import_applied', worker, id, { kind, made, leftOut })
      return true
    }
    const rows = await readPart(askIn(tx), id, 'rows', done)
    const applied = await applyRows(
      { tx, vault, imported, coolingOffH },
      // Only `propose` writes pieces.
      { kind, rows } as ImportRows,
    )
    if (applied.leftOut.length > 0) await writePart(tx, id, 'left_out', done, applied.leftOut)
    await tx.importPart.delete({ where: { importId_what_part: { importId: id, what: 'rows', part: done } } })
    await tx.import.update({
      where: { id },
      data: {
        done: done + 1,
        made: made + applied.made,
        leftOut: leftOut + applied.leftOut.length,
      },
    })
    return true
  }

  return {
    async receivers(externalIds) {
      // One after another: all at once would take every connection of the pool.
      const found = new Map<string, NamedReceiver>()
      for (const some of piecesOf(externalIds))
        for (const receiver of await namedReceivers(ask, some)) found.set(receiver.externalId, receiver)
      return found
    },
    async knownDestinations(rows) {
      const known = new Set<number>()
      for (const some of piecesOf(rows)) {
        const found = await ask<{ receiverId: string; print: string }>(
          `SELECT receiver_id AS "receiverId", print FROM destination WHERE receiver_id = ANY ($1::uuid[])`,
          some.map(({ receiverId }) => receiverId),
        )
        const names = new Set(found.map(({ receiverId, print }) => `${receiverId} ${print}`))
        for (const { line, receiverId, fields } of some)
          if (printsOf(vault, fields).some((print) => names.has(`${receiverId} ${print}`))) known.add(line)
      }
      return known
    },
    async knownHistory(source, references) {
      const found = new Map<string, ImportedPayout>()
      for (const some of piecesOf(references))
        for (const one of await namedHistory(ask, source, some)) found.set(one.reference, one)
      return found
    },
    propose: (draft, tell, actor) =>
      prisma.$transaction((tx) => propose(tx, draft, tell, actor), { timeout: proposeTimeoutMs }),
    decide: (id, decision, actor) => prisma.$transaction((tx) => decide(tx, id, decision, actor)),
    find: (id) => find(ask, id),
    async list({ limit, before }) {
      const found = await ask<ImportRow>(
        `SELECT ${importColumns} FROM import WHERE ($1::bigint IS NULL OR seq < $1) ORDER BY seq DESC LIMIT $2`,
        ...[before ?? null, limit + 1],
      )
      const rows = found.slice(0, limit).map(toImport)
      return { rows, next: found.length > limit ? (rows.at(-1)?.seq ?? null) : null }
    },
    // Only `propose` and `applyNext` write pieces, through the port's types.
    async problems(id, part) {
      const found = await readPart(ask, id, 'problems', part)
      return (found ?? null) as Awaited<ReturnType<ImportStore['problems']>>
    },
    async leftOut(id, nth) {
      const [row] = await ask<{ sealed: string; part: number }>(
        `SELECT sealed, part FROM import_part WHERE import_id = $1::uuid AND what = 'left_out' ORDER BY part OFFSET $2::int LIMIT 1`,
        ...[id, nth],
      )
      return (row ? open(row.sealed, id, 'left_out', row.part) : null) as Awaited<
        ReturnType<ImportStore['leftOut']>
      >
    },
    applyNext: (coolingOffH) => prisma.$transaction((tx) => applyNext(tx, coolingOffH)),
    dropOld: (afterMs) => dropOld(prisma, afterMs),
    async history({ receiverId, search }, { limit, after }) {
      const [values, conditions]: [unknown[], string[]] = [[limit], []]
      const add = (value: unknown) => `$${values.push(value)}`
      if (receiverId !== undefined) conditions.push(`i.receiver_id = ${add(receiverId)}::uuid`)
      if (search !== undefined) {
        const wanted = add(search)
        conditions.push(
          `i.id IN (SELECT id FROM imported_payout WHERE reference = ${wanted} UNION SELECT id FROM imported_payout WHERE order_id = ${wanted}
             UNION SELECT h.id FROM imported_payout h JOIN receiver s ON s.id = h.receiver_id WHERE s.external_id = ${wanted})`,
        )
      }
      if (after)
        conditions.push(
          `(i.ended_at, i.id) < (${add(after.at.toISOString())}::timestamptz, ${add(after.id)}::uuid)`,
        )
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
      const rows = await ask<ImportedRow>(
        `${selectHistory} ${where} ORDER BY i.ended_at DESC, i.id DESC LIMIT $1`,
        ...values,
      )
      return rows.map(toImported)
    },
    async paidAlike({ receiverId, currency, amountMinor, at, days }, limit) {
      const rows = await ask<ImportedRow>(
        `${selectHistory} WHERE i.receiver_id = $1::uuid AND i.currency = $2 AND i.amount_minor = $3 AND i.status = 'paid'
           AND i.ended_at BETWEEN $4::timestamptz - make_interval(days => $5::int) AND $4::timestamptz + make_interval(days => $5::int)
         ORDER BY i.ended_at DESC, i.id DESC LIMIT $6`,
        ...[receiverId, currency, amountMinor, at.toISOString(), days, limit],
      )
      return rows.map(toImported)
    },
  }
}

async function find(ask: Ask, id: string): Promise<Import | null> {
  const [row] = await ask<ImportRow>(`SELECT ${importColumns} FROM import WHERE id = $1::uuid`, id)
  return row ? toImport(row) : null
}

async function decide(
  tx: Transaction,
  id: string,
  decision: 'confirmed' | 'rejected' | 'withdrawn',
  actor: Actor,
): Promise<Import | 'stale' | 'same_person'> {
  const { actorId, actorName } = actorColumns(actor)
  const decidedById = actor.kind === 'user' ? actorId : null
  const [waiting] = await tx.$queryRaw<{ samePerson: boolean; byOperator: boolean; admins: boolean }[]>`
    SELECT proposed_by_id IS NULL AS "byOperator",
      EXISTS (SELECT FROM app_user WHERE role = 'admin' AND disabled_at IS NULL) AS admins,
      EXISTS (
        SELECT FROM app_user a JOIN app_user b ON b.id = ${decidedById}::uuid
        WHERE a.id = i.proposed_by_id AND b.person_id IN (SELECT one_hand(a.person_id))) AS "samePerson"
    FROM import i WHERE id = ${id}::uuid AND decision IS NULL AND ended_at IS NULL FOR UPDATE OF i`
  if (!waiting) return 'stale'
  const alone = decidedById === null && (!waiting.byOperator || waiting.admins)
  if (decision === 'confirmed' && (waiting.samePerson || alone)) return 'same_person'
  const isOver = decision !== 'confirmed'
  await tx.import.update({
    where: { id },
    data: {
      ...{ decision, decidedById, decidedByName: actorName, decidedAt: new Date() },
      ...(isOver && { endedAt: new Date() }),
    },
  })
  if (isOver) await tx.importPart.deleteMany({ where: { importId: id } })
  await closeOpenItem(tx, `proposal_waits:import:${id}`, `It was ${decision}.`)
  const decided = await find(askIn(tx), id)
  if (!decided) throw new Error(`Bug: import ${id} vanished`)
  await writeAudit(tx, `import_${decision}`, actor, id, { kind: decided.kind, name: decided.name })
  return decided
}

async function dropOld(prisma: Database, afterMs: number): Promise<void> {
  const over = await prisma.sql.query<{ id: string }>(
    `SELECT id FROM import WHERE ended_at IS NULL AND decision IS NULL
       AND proposed_at < now() - make_interval(secs => $1::float8 / 1000) ORDER BY seq LIMIT ${droppedAtOnce}`,
    [afterMs],
  )
  for (const { id } of over)
    await prisma.$transaction(async (tx) => {
      const ended = await tx.import.updateMany({
        where: { id, decision: null, endedAt: null },
        data: { decision: 'expired', decidedAt: new Date(), endedAt: new Date() },
      })
      if (ended.count === 0) return
      await tx.importPart.deleteMany({ where: { importId: id } })
      await closeOpenItem(tx, `proposal_waits:import:${id}`, 'Nobody decided on it in time.')
      await writeAudit(tx, 'import_expired', worker, id, {})
    })
  await prisma.sql.query(
    `DELETE FROM import_part p USING import i WHERE i.id = p.import_id AND i.ended_at < now() - make_interval(secs => $1::float8 / 1000)`,
    [afterMs],
  )
}
