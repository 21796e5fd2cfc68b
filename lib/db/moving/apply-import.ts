/** Applies a part of an import, in the caller's transaction. What no longer fits is left out and named, never overwritten. */
import { randomUUID } from 'node:crypto'
import { destinationPlace, printOf, printsOf } from '#lib/db/destination/destination-rows.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { LeftOut } from '#lib/payouts/import-problems.ts'
import { lastFour } from '#lib/payouts/fields.ts'
import { differs, isSameHistory } from '#lib/services/moving/same.ts'
import type { DestinationRow, HistoryRow, Import, ImportRows, ReceiverRow } from '#lib/services/ports.ts'
import { askIn, namedHistory, namedReceivers } from './import-rows.ts'

export type Applied = { made: number; leftOut: LeftOut[] }
type World = { tx: Transaction; vault: Vault; imported: Import; coolingOffH: number }

export function applyRows(world: World, content: ImportRows): Promise<Applied> {
  switch (content.kind) {
    case 'receivers':
      return applyReceivers(world, content.rows)
    case 'destinations':
      return applyDestinations(world, content.rows)
    case 'history':
      return applyHistory(world, content.rows)
  }
}

async function applyReceivers({ tx }: World, rows: readonly ReceiverRow[]): Promise<Applied> {
  const ask = askIn(tx)
  const given = `json_to_recordset($1::json) AS given (id uuid, external_id text, email text, first_name text, last_name text, locale text)`
  const json = (some: readonly ReceiverRow[]) =>
    JSON.stringify(
      some.map(({ externalId, email, firstName, lastName, locale }) => ({
        ...{ id: randomUUID(), email, locale },
        external_id: externalId,
        first_name: firstName,
        last_name: lastName,
      })),
    )
  const made = await ask<{ externalId: string }>(
    `INSERT INTO receiver (id, external_id, email, first_name, last_name, locale)
     SELECT id, external_id, email, first_name, last_name, locale::locale FROM ${given} ORDER BY external_id COLLATE "C"
     ON CONFLICT (external_id) DO NOTHING RETURNING external_id AS "externalId"`,
    json(rows),
  )
  const fresh = new Set(made.map(({ externalId }) => externalId))
  const others = rows.filter(({ externalId }) => !fresh.has(externalId))
  if (others.length === 0) return { made: made.length, leftOut: [] }
  const before = new Map(
    (
      await namedReceivers(
        ask,
        others.map(({ externalId }) => externalId),
        'FOR NO KEY UPDATE',
      )
    ).map((receiver) => [receiver.externalId, receiver]),
  )
  const leftOut = others
    .filter((row) => differs(before.get(row.externalId), row))
    .map(({ line }): LeftOut => ({ line, code: 'receiverDiffers' }))
  const out = new Set(leftOut.map(({ line }) => line))
  // Somebody known by id alone is named by the first to say who they are; a language that nobody has said is no change either.
  const named = await ask<unknown>(
    `UPDATE receiver r SET locale = coalesce(r.locale, given.locale::locale),
       email = CASE WHEN nameless THEN given.email ELSE r.email END,
       first_name = CASE WHEN nameless THEN given.first_name ELSE r.first_name END,
       last_name = CASE WHEN nameless THEN given.last_name ELSE r.last_name END
     FROM ${given}, LATERAL (
       SELECT (known.email IS NULL AND known.first_name IS NULL AND known.last_name IS NULL
         AND NOT EXISTS (SELECT FROM payout WHERE receiver_id = known.id)
         AND NOT EXISTS (SELECT FROM app_user WHERE receiver_id = known.id)) AS nameless
       FROM receiver known WHERE known.external_id = given.external_id) AS state
     WHERE r.external_id = given.external_id
       AND ((r.locale IS NULL AND given.locale IS NOT NULL)
         OR (nameless AND num_nonnulls(given.email, given.first_name, given.last_name) > 0))
     RETURNING r.id`,
    json(others.filter(({ line }) => !out.has(line))),
  )
  return { made: made.length + named.length, leftOut }
}

async function applyDestinations(
  { tx, vault, imported, coolingOffH }: World,
  rows: readonly DestinationRow[],
): Promise<Applied> {
  const ask = askIn(tx)
  const wanted = [...new Set(rows.map(({ receiver }) => receiver))]
  const receivers = new Map(
    (await namedReceivers(ask, wanted, 'FOR NO KEY UPDATE')).map((one) => [one.externalId, one]),
  )
  const known = new Set(
    (
      await ask<{ receiverId: string; print: string }>(
        `SELECT receiver_id AS "receiverId", print FROM destination WHERE receiver_id = ANY ($1::uuid[])`,
        [...receivers.values()].map(({ id }) => id),
      )
    ).map(({ receiverId, print }) => `${receiverId} ${print}`),
  )
  const leftOut: LeftOut[] = []
  const fresh = rows.flatMap(({ line, receiver, label, fields }) => {
    const to = receivers.get(receiver)
    const names = to ? printsOf(vault, fields).map((print) => `${to.id} ${print}`) : []
    if (!to) leftOut.push({ line, code: 'receiverUnknown' })
    else if (to.isLive && !names.some((name) => known.has(name))) leftOut.push({ line, code: 'receiverLive' })
    if (!to || to.isLive || names.some((name) => known.has(name))) return []
    for (const name of names) known.add(name)
    const [id, account] = [randomUUID(), fields['account_number']]
    return [
      {
        ...{ id, line, label },
        receiver_id: to.id,
        sealed: vault.seal(JSON.stringify(fields), destinationPlace(id)),
        print: printOf(vault, fields),
        last4: account === undefined ? null : lastFour(account),
      },
    ]
  })
  await ask(
    `INSERT INTO destination (id, receiver_id, label, sealed, print, last4, created_by_id, created_by_name, import_id, usable_from, is_default)
     SELECT given.id, receiver_id, label, sealed, print, last4, $2::uuid, $3, $4::uuid, now() + make_interval(hours => $5::int),
       row_number() OVER (PARTITION BY receiver_id ORDER BY place) = 1
         AND NOT EXISTS (SELECT FROM destination d WHERE d.receiver_id = given.receiver_id AND d.removed_at IS NULL)
     FROM json_to_recordset($1::json) AS given (id uuid, place int, receiver_id uuid, label text, sealed text, print text, last4 text)`,
    JSON.stringify(fresh.map(({ line: _line, ...row }, place) => ({ ...row, place }))),
    imported.proposedById,
    imported.proposedByName,
    imported.id,
    imported.atOnce ? 0 : coolingOffH,
  )
  return { made: fresh.length, leftOut }
}

async function applyHistory({ tx, imported }: World, rows: readonly HistoryRow[]): Promise<Applied> {
  const ask = askIn(tx)
  const source = imported.source ?? ''
  const receivers = new Map(
    (await namedReceivers(ask, [...new Set(rows.map(({ receiver }) => receiver))])).map((one) => [
      one.externalId,
      one.id,
    ]),
  )
  const leftOut: LeftOut[] = rows
    .filter(({ receiver }) => !receivers.has(receiver))
    .map(({ line }) => ({ line, code: 'receiverUnknown' }))
  const fitting = rows.filter(({ receiver }) => receivers.has(receiver))
  const made = await ask<{ reference: string }>(
    `INSERT INTO imported_payout (id, import_id, source, reference, receiver_id, currency, amount_minor, status, ended_at, account_last4, order_id, note)
     SELECT id, $2::uuid, $3, reference, receiver_id, currency, amount_minor, status::payout_status, ended_at, account_last4, order_id, note
     FROM json_to_recordset($1::json) AS given (id uuid, reference text, receiver_id uuid, currency text, amount_minor bigint, status text,
       ended_at timestamptz, account_last4 text, order_id text, note text)
     ORDER BY reference COLLATE "C" ON CONFLICT (source, reference) DO NOTHING RETURNING reference`,
    JSON.stringify(
      fitting.map(
        ({ receiver, reference, currency, amountMinor, status, endedAt, last4, orderId, note }) => ({
          ...{ id: randomUUID(), reference, currency, status, note },
          receiver_id: receivers.get(receiver),
          amount_minor: amountMinor,
          ended_at: endedAt,
          account_last4: last4,
          order_id: orderId,
        }),
      ),
    ),
    imported.id,
    source,
  )
  const fresh = new Set(made.map(({ reference }) => reference))
  const others = fitting.filter(({ reference }) => !fresh.has(reference))
  const before = new Map(
    (
      await namedHistory(
        ask,
        source,
        others.map(({ reference }) => reference),
      )
    ).map((one) => [one.reference, one]),
  )
  for (const row of others) {
    const known = before.get(row.reference)
    if (!known || !isSameHistory(known, row)) leftOut.push({ line: row.line, code: 'historyDiffers' })
  }
  return { made: made.length, leftOut }
}
