/** What makes two callbacks the same message. */
import { createHash } from 'node:crypto'
import type { CallbackMessage } from '#lib/services/ports.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Cardzo says that repeats are equal in these four. All spellings of the payout's own type count as one. */
export const digestOf = (
  { status, orderId, clientOrderId }: CallbackMessage,
  operation: string | null = null,
): string => sha256(JSON.stringify([status, operation, orderId, clientOrderId]))

/** What `control` signs: these three, without separators. */
export const signedOf = ({ status, orderId, clientOrderId }: CallbackMessage) =>
  sha256(status + orderId + clientOrderId)
