import type { Payout, Vault } from '#lib/services/ports.ts'

type Content = Pick<Payout, 'id' | 'clientOrderId' | 'amountMinor' | 'currency' | 'destination'> & {
  receiver: Pick<Payout['receiver'], 'externalId'>
}

/** The content as one text, which is what is hashed. */
export function contentOf({
  id,
  clientOrderId,
  amountMinor,
  currency,
  receiver,
  destination,
}: Content): string {
  const fields = Object.entries(destination).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([id, clientOrderId, amountMinor.toString(), currency, receiver.externalId, fields])
}

/**
 * A hash of what people approve: which payout, how much, to whom, and every field of the destination. Keyed, because most of it is easy
 * to guess from the rest of the row. Kept with the payout and with each approval; the worker computes it again before it pays. Another
 * data key gives another hash, so compare with `isContentHash`.
 */
export const contentHash = (vault: Pick<Vault, 'fingerprint'>, content: Content): string =>
  vault.fingerprint(contentOf(content))

/** Is this the hash of exactly this content, under any of our data keys? */
export const isContentHash = (
  vault: Pick<Vault, 'isFingerprintOf'>,
  hash: string,
  content: Content,
): boolean => vault.isFingerprintOf(hash, contentOf(content))
