/** The query of GET /api/v1/payouts. An unknown name, or one given twice, is an error, not a guess. */
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { isStorable } from '#lib/payouts/storable.ts'

type ListQuery = { statuses?: PayoutStatus[]; receiver?: string; limit?: number; cursor?: string }

const names = ['status', 'receiver', 'limit', 'cursor']

export function readListQuery(
  query: URLSearchParams,
): { ok: true; query: ListQuery } | { ok: false; errors: InputProblem[] } {
  const errors: InputProblem[] = []
  for (const name of new Set(query.keys())) {
    if (!names.includes(name)) errors.push({ path: name, message: 'Unknown parameter.' })
    else if (name !== 'status' && query.getAll(name).length > 1)
      errors.push({ path: name, message: 'May be given once.' })
  }
  const statuses = readStatuses(query)
  if (!statuses.ok) errors.push({ path: 'status', message: `Must be one of ${payoutStatuses.join(', ')}.` })
  const receiver = query.get('receiver')
  if (receiver !== null && (receiver === '' || receiver.length > 128 || !isStorable(receiver)))
    errors.push({ path: 'receiver', message: 'Must be an external id of 1 to 128 characters.' })
  const limit = query.get('limit')
  if (limit !== null && !/^([1-9]\d?|100)$/.test(limit))
    errors.push({ path: 'limit', message: 'Must be a whole number from 1 to 100.' })
  if (errors.length > 0) return { ok: false, errors }
  const cursor = query.get('cursor')
  return {
    ok: true,
    query: {
      ...(statuses.ok && statuses.statuses.length > 0 && { statuses: statuses.statuses }),
      ...(receiver !== null && { receiver }),
      ...(limit !== null && { limit: Number(limit) }),
      ...(cursor !== null && { cursor }),
    },
  }
}

/** The query of GET /api/v1/grants. */
export function readReceiverQuery(
  query: URLSearchParams,
): { ok: true; query: { receiver?: string } } | { ok: false; errors: InputProblem[] } {
  const errors: InputProblem[] = [...new Set(query.keys())]
    .filter((name) => name !== 'receiver')
    .map((path) => ({ path, message: 'Unknown parameter.' }))
  const read = readListQuery(new URLSearchParams([...query].filter(([name]) => name === 'receiver')))
  if (!read.ok) errors.push(...read.errors)
  if (!read.ok || errors.length > 0) return { ok: false, errors }
  const { receiver } = read.query
  return { ok: true, query: receiver === undefined ? {} : { receiver } }
}

/** The repeatable `status` parameter; the desk's list and export read it the same way. */
export function readStatuses(query: URLSearchParams): { ok: true; statuses: PayoutStatus[] } | { ok: false } {
  const given = query.getAll('status')
  const statuses = payoutStatuses.filter((status) => given.includes(status))
  return new Set(given).size === statuses.length ? { ok: true, statuses } : { ok: false }
}
