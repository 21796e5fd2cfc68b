import type { Payout, Vault } from '#lib/services/ports.ts'

type Content = Pick<Payout, 'id' | 'clientOrderId' | 'amountMinor' | 'currency' | 'destination' | 'payAt'> & {
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
  payAt,
}: Content): string {
  const fields = Object.entries(destination).sort(([a], [b]) => (a < b ? -1 : 1))
  const content = [id, clientOrderId, amountMinor.toString(), currency, receiver.externalId, fields]
  // At the end and only if there is one, so that the hashes of payouts without one stay what they were.
  return JSON.stringify(payAt === null ? content : [...content, payAt.toISOString()])
}

/**
 * A hash of what people approve: which payout, how much, to whom, every field of the destination, and when if a time was chosen. Keyed, because most of it is easy
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
