type Named = { firstName: string | null; lastName: string | null }

/** First and last name as far as they are known; empty when neither is. */
export const fullName = ({ firstName, lastName }: Named): string =>
  [firstName, lastName].filter((part) => part !== null).join(' ')

/** How staff reads a receiver: the name, else the merchant's own id. */
export const receiverName = (receiver: Named & { externalId: string }): string =>
  fullName(receiver) || receiver.externalId
