import { createHash } from 'node:crypto'
import type { Payout } from './ports.ts'

type Content = Pick<Payout, 'id' | 'clientOrderId' | 'amountMinor' | 'currency' | 'destination'> & {
  receiver: Pick<Payout['receiver'], 'externalId'>
}

/**
 * What people approve, in one figure: which payout, how much, to whom, and every field of where to. SHA-256, hexadecimal. Kept with the
 * payout when it is made and with each approval; the worker computes it anew from what it is about to have paid.
 */
export function contentHash({
  id,
  clientOrderId,
  amountMinor,
  currency,
  receiver,
  destination,
}: Content): string {
  const fields = Object.entries(destination).sort(([a], [b]) => (a < b ? -1 : 1))
  const content = [id, clientOrderId, amountMinor.toString(), currency, receiver.externalId, fields]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
