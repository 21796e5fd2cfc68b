import type { Payout } from '#lib/services/ports.ts'

/** How staff reads a receiver: the name, else the merchant's own number. */
export function receiverName({ receiver }: Pick<Payout, 'receiver'>): string {
  const name = [receiver.firstName, receiver.lastName].filter((part) => part !== null).join(' ')
  return name === '' ? receiver.externalId : name
}

/** A bank's word ages: past this, staff sees that it is old. A fresh status is asked before paying all the same. */
export function isOldValidation(validatedAt: Date, oldAfterMs: number): boolean {
  return Date.now() - validatedAt.getTime() > oldAfterMs
}
