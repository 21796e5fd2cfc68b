/** What other systems and receivers' open pages ask for all the time: one statement each, with no more columns than they show. */
import { inBatches } from '#lib/db/engine/batches.ts'
import type { Sql, SqlValue } from '#lib/db/engine/sql.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { linkLifetimeDays } from '#lib/services/payout/links.ts'
import type { ApiPayout, FindPayouts, LinkPayout, Receiver } from '#lib/services/ports.ts'
import { columnsOf, openDestination } from './payout-rows.ts'

type Sealed = { id: string; destinationSealed: string | null; contentHash: string }

const linkColumns = columnsOf([
  'id',
  'destinationSealed',
  'contentHash',
  'status',
  'version',
  'amountMinor',
  'currency',
  'accountLast4',
  'clientOrderId',
  'redirectUrl',
  'returnedAt',
  'failureMessage',
  'gatewayCode',
  'payAt',
  'coolingOffUntil',
  'sendAfter',
  'createdAt',
  'updatedAt',
  'finalAt',
  'statusTokenHash',
])

type LinkRow = Omit<LinkPayout, 'destination'> &
  Sealed & {
    statusTokenHash: string
    receiverName: string
    receiverLocale: Receiver['locale']
    isStopped: boolean
    isSilent: boolean | null
    notes: { text: string; at: string }[]
  }

/** To the receiver, of one payout: the latest ones. */
const notesShown = 20

// Of the stop switch, and of the silence of its endpoint, there is a row or two.
const forLink = `
  SELECT ${linkColumns},
    (SELECT concat_ws(' ', first_name, last_name) FROM receiver WHERE receiver.id = payout.receiver_id) AS "receiverName",
    (SELECT locale FROM receiver WHERE receiver.id = payout.receiver_id) AS "receiverLocale",
    coalesce((SELECT progress FROM payout_work WHERE payout_id = payout.id), '{}') AS progress,
    EXISTS (SELECT FROM send_stop WHERE open_key IN ('stop', 'stop:' || payout.endpoint_id)) AS "isStopped",
    (SELECT gate.silent_since IS NOT NULL AND coalesce(state.last_ok_at, gate.missed_since) IS NOT NULL
      FROM gateway_gate gate LEFT JOIN gateway_state state ON state.id = gate.id WHERE gate.id = payout.endpoint_id) AS "isSilent",
    coalesce((SELECT json_agg(json_build_object('text', text, 'at', written_at) ORDER BY written_at) FROM (
      SELECT text, written_at FROM payout_note WHERE payout_id = payout.id AND to_receiver
      ORDER BY written_at DESC LIMIT ${notesShown}) AS note), '[]') AS notes
  FROM payout
  WHERE status_token_hash = ANY ($1::text[]) AND link_revoked_at IS NULL
    AND (final_at IS NULL OR final_at > now() - make_interval(days => ${linkLifetimeDays}))`

/** So many are looked up together, by at most two statements at a time: the second is sent while the first one's rows are read. */
const linksTogether = 500
const lookUpsAtOnce = 2

/** Far more than come at once, even when all pages connect again after an update. */
const unansweredMost = 20_000

/** Receivers' open pages ask together: what is asked for while the last look is under way goes into the next. */
export function findForLinks(sql: Sql, vault: Vault): FindPayouts['findForLink'] {
  return inBatches<string, Awaited<ReturnType<FindPayouts['findForLink']>>>({
    most: linksTogether,
    atOnce: lookUpsAtOnce,
    unansweredMost,
    awayForAll: true,
    async together(tokenHashes) {
      const rows = await sql.query<LinkRow>(forLink, [[...new Set(tokenHashes)]])
      const byHash = new Map(rows.map((row) => [row.statusTokenHash, row]))
      return tokenHashes.map((tokenHash) => {
        const row = byHash.get(tokenHash)
        return row ? shownByLink(row, vault) : null
      })
    },
  })
}

function shownByLink(row: LinkRow, vault: Vault): Awaited<ReturnType<FindPayouts['findForLink']>> {
  const { receiverName, receiverLocale, isStopped, isSilent, notes, statusTokenHash: _, ...payout } = row
  const destination = openDestination(row, vault).fields
  return {
    payout: { ...payout, destination },
    receiverName,
    receiverLocale,
    isStopped,
    isSilent: isSilent ?? false,
    notes: notes.map(({ text, at }) => ({ text, at: new Date(at) })),
  }
}

const apiColumns = columnsOf([
  'id',
  'seq',
  'destinationSealed',
  'contentHash',
  'status',
  'amountMinor',
  'currency',
  'ipAddress',
  'description',
  'clientOrderId',
  'orderId',
  'gatewayStatus',
  'gatewayStage',
  'gatewayAmount',
  'gatewayCurrency',
  'redirectUrl',
  'linkRevokedAt',
  'statusTokenHash',
  'metadata',
  'failureMessage',
  'gatewayCode',
  'gatewayMessage',
  'settledBy',
  'replacesId',
  'createdAt',
  'updatedAt',
  'finalAt',
])

type ApiRow = Omit<ApiPayout, 'destination' | 'receiver'> &
  Sealed & {
    seq: bigint
    receiverId: string
    externalId: string
    email: string | null
    firstName: string | null
    lastName: string | null
    locale: Receiver['locale']
  }

/** These are in the statement's text, so that its plan is made for them once. */
const usualLimits = [50, 100]

export async function listForApi(
  sql: Sql,
  vault: Vault,
  filter: Parameters<FindPayouts['listForApi']>[0],
  { limit, cursor }: Parameters<FindPayouts['listForApi']>[1],
): ReturnType<FindPayouts['listForApi']> {
  const values: SqlValue[] = []
  const parameter = (value: SqlValue) => `$${values.push(value)}`
  const page = pageOf(filter, cursor, limit, parameter)
  const rows = await sql.query<ApiRow>(
    `SELECT ${apiColumns}, r.id AS "receiverId", r.external_id AS "externalId", r.email, r.first_name AS "firstName",
      r.last_name AS "lastName", r.locale
    FROM (${page}) AS payout JOIN receiver r ON r.id = payout.receiver_id ORDER BY payout.seq DESC`,
    values,
  )
  const shown = rows.slice(0, limit)
  return {
    rows: shown.map((row) => toApiPayout(row, vault)),
    nextCursor: rows.length > limit ? (shown.at(-1)?.seq.toString() ?? null) : null,
  }
}

/**
 * One payout more than the page shows. However many there are, it reads little more: it walks along an index in the order of the list, and
 * along one for each status or key when several are asked for, because an index of several has no order.
 */
function pageOf(
  { statuses, receiverExternalId, apiKeyOwnerId }: Parameters<FindPayouts['listForApi']>[0],
  cursor: string | undefined,
  limit: number,
  parameter: (value: SqlValue) => string,
): string {
  const end = `ORDER BY seq DESC LIMIT ${usualLimits.includes(limit) ? limit + 1 : parameter(limit + 1)}`
  const walk = (columns: string, where: readonly string[]) =>
    `SELECT ${columns} FROM payout ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ${end}`
  /** Numbers alone, because they are in the index of each: no other way is as short, so a rare status is not looked for in all. */
  const walkEach = (each: string, where: readonly string[]) =>
    `SELECT payout.* FROM (
      SELECT walked.seq FROM ${each}, LATERAL (${walk('seq', where)}) AS walked ${end}
    ) AS walked JOIN payout ON payout.seq = walked.seq`

  const after = cursor === undefined ? [] : [`seq < ${parameter(BigInt(cursor))}::bigint`]
  const among = statuses && `${parameter([...new Set(statuses)])}::payout_status[]`
  const ofStatus = among === undefined ? [] : [`status = ANY (${among})`]
  const keys =
    apiKeyOwnerId === undefined
      ? undefined
      : `SELECT id FROM api_key WHERE owner_id = ${parameter(apiKeyOwnerId)}::uuid`
  if (receiverExternalId !== undefined) {
    const receiver = `receiver_id = (SELECT id FROM receiver WHERE external_id = ${parameter(receiverExternalId)})`
    const ofKeys = keys === undefined ? [] : [`api_key_id = ANY (ARRAY (${keys}))`]
    return walk('*', [receiver, ...after, ...ofStatus, ...ofKeys])
  }
  if (keys !== undefined)
    return walkEach(`(${keys}) AS each`, ['payout.api_key_id = each.id', ...after, ...ofStatus])
  if (among !== undefined)
    return walkEach(`unnest(${among}) AS each (status)`, ['payout.status = each.status', ...after])
  return walk('*', after)
}

function toApiPayout(row: ApiRow, vault: Vault): ApiPayout {
  const { receiverId, externalId, email, firstName, lastName, locale } = row
  return {
    ...row,
    receiver: { id: receiverId, externalId, email, firstName, lastName, locale },
    destination: openDestination(row, vault).fields,
  }
}
