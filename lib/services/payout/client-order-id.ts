import { createHash } from 'node:crypto'

/** Derived from the key alone: even when a backup has lost the row, the same request leads to the same order at Cardzo. 160 bits. */
export function deriveClientOrderId(key: string): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  const bytes = createHash('sha256').update(key).digest().subarray(0, 32)
  return `po-${Array.from(bytes, (byte) => alphabet[byte % 32] ?? '').join('')}`
}

/** Does this id look like one derived above? No other system's ids do. */
export const isOurForm = (clientOrderId: string): boolean => /^po-[a-z2-7]{32}$/.test(clientOrderId)
