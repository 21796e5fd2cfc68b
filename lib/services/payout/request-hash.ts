import { createHash } from 'node:crypto'
import type { ReadRequest } from './read-request.ts'

/** The place that the hash of a request is sealed for. */
export const requestPlace = (payoutId: string) => `payout:${payoutId}:request`

/**
 * Equal for equal requests: key order, white space and trailing zeros don't matter. Kept sealed, because with it and the rest of the
 * row account numbers could be guessed.
 */
export function requestHash({ request, amount }: ReadRequest): string {
  const canonical = { ...request, amount: amount.ok ? amount.amountMinor.toString() : request.amount }
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(canonical)))
    .digest('hex')
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}
