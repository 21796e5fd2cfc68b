import type { Payout, Vault } from '#lib/services/ports.ts'

type Content = Pick<Payout, 'id' | 'clientOrderId' | 'amountMinor' | 'currency' | 'destination'> & {
  receiver: Pick<Payout['receiver'], 'externalId'>
}

/** The content as one text; the hash without its key. */
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
 * What people approve, in one figure: which payout, how much, to whom, and every field of where to. Keyed, because most of it is guessed
 * easily from the rest of the row. Kept with the payout when it is made and with each approval; the worker computes it again from what it
 * is about to have paid. Another data key gives another hash: compare with `isContentHash`.
 */
export const contentHash = (vault: Pick<Vault, 'fingerprint'>, content: Content): string =>
  vault.fingerprint(contentOf(content))

/** Is this hash of exactly this content, under any key there is? */
export const isContentHash = (
  vault: Pick<Vault, 'isFingerprintOf'>,
  hash: string,
  content: Content,
): boolean => vault.isFingerprintOf(hash, contentOf(content))
