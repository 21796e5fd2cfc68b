type Named = { firstName: string | null; lastName: string | null }

/** First and last name as far as they are known; empty when neither is. */
export const fullName = ({ firstName, lastName }: Named): string =>
  [firstName, lastName].filter((part) => part !== null).join(' ')

/** How staff reads a receiver: the name, else the merchant's own id. */
export const receiverName = (receiver: Named & { externalId: string }): string =>
  fullName(receiver) || receiver.externalId

/** Before what is in the place of the merchant's number, once everything known of a receiver is gone. */
export const erasedPrefix = 'erased:'
export const erasedNumber = (receiverId: string): string => `${erasedPrefix}${receiverId}`

export const isErased = ({ id, externalId }: { id: string; externalId: string }): boolean =>
  externalId === erasedNumber(id)

/** In rows that are never changed, in place of a receiver's own name. Pages say it in the reader's language. */
export const receiversName = 'Receiver'
