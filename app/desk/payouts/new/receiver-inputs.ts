import { receiverFields } from '#lib/payouts/fields.ts'

/** The inputs about the receiver: the properties of the request that they become. */
export const receiverInputs = ['externalId', 'firstName', 'lastName', 'email'] as const

export type ReceiverInput = (typeof receiverInputs)[number]

/** Gateway fields that the receiver's inputs already cover. */
export function isReceiverField(name: string): name is keyof typeof receiverFields {
  return name in receiverFields
}

/** Which input a problem belongs to. */
export function inputOf(path: string): string {
  const name = path.replace(/^(destination|receiver)\./, '')
  return isReceiverField(name) ? receiverFields[name] : name
}
