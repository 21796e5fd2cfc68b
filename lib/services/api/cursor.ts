/** Cursors of the API's lists: opaque, and good for one list with one filter only. */
import { createHmac } from 'node:crypto'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { PagePlace } from '#lib/services/ports.ts'
import { isSigned } from '#lib/services/seal/link-secrets.ts'
import type { LinkSecrets } from '#lib/services/seal/link-secrets.ts'

/** A list as a request asks for it: its name, and everything that decides what is in it. Not the size of a page. */
export type List = { name: string; filter?: Record<string, unknown> }

/** The key of each field counts, not their order. Dates and lists are written as JSON writes them. */
const sealOf = (linkSecret: string, { name, filter = {} }: List, place: string) =>
  createHmac('sha256', linkSecret)
    .update(
      JSON.stringify(['cursor', name, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)), place]),
    )
    .digest()
    .subarray(0, 12)

/** `place`: where the page ended, in the list's own words; null: there is no further page. */
export const writeCursor = (
  { linkSecret }: Pick<LinkSecrets, 'linkSecret'>,
  list: List,
  place: string | null,
): string | null =>
  place === null
    ? null
    : `${Buffer.from(place).toString('base64url')}.${sealOf(linkSecret, list, place).toString('base64url')}`

/** The place that `writeCursor` was given for this very list; a cursor of another list, or of none, is refused. */
export function readCursor(
  config: LinkSecrets,
  list: List,
  cursor: string | undefined,
): { ok: true; place: string | undefined } | Refusal<'invalid_request'> {
  if (cursor === undefined) return { ok: true, place: undefined }
  const [written = ''] = cursor.split('.')
  const place = Buffer.from(written, 'base64url').toString()
  // Decoding forgives what it doesn't know, so the whole text is compared.
  if (isSigned(config, cursor, (linkSecret) => writeCursor({ linkSecret }, list, place) ?? ''))
    return { ok: true, place }
  return refuse('invalid_request', {
    errors: [{ path: 'cursor', message: 'Use the nextCursor of the page before, with the same filter.' }],
  })
}

/**
 * One page of a list that is ordered by time and id, newest first: reads one row more than the page shows, so that it knows whether there
 * is a next one.
 */
export async function pageByTime<Row extends { id: string; createdAt: Date }>(
  config: LinkSecrets,
  list: List,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (page: { limit: number; after: PagePlace | undefined }) => Promise<Row[]>,
): Promise<{ ok: true; rows: Row[]; nextCursor: string | null } | Refusal<'invalid_request'>> {
  const from = readCursor(config, list, cursor)
  if (!from.ok) return from
  const found = await read({
    limit: limit + 1,
    after: from.place === undefined ? undefined : placeIn(from.place),
  })
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const place = found.length > limit && last ? `${last.createdAt.getTime()}.${last.id}` : null
  return { ok: true, rows, nextCursor: writeCursor(config, list, place) }
}

function placeIn(place: string): PagePlace {
  const [at = '', id = ''] = place.split('.')
  return { at: new Date(Number(at)), id }
}
