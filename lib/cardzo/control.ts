import { createHash } from 'node:crypto'

const sha1 = (text: string) => createHash('sha1').update(text, 'utf8').digest('hex')

/** `control` of a v2 status request; without an order id its part is empty (docs/protocol.md#control). */
export function statusControl(
  login: string,
  clientOrderId: string,
  orderId: string,
  merchantControl: string,
): string {
  return sha1(login + clientOrderId + orderId + merchantControl)
}

/** `control` of a callback and of the final redirect (docs/protocol.md#control). It covers neither amount nor currency. */
export function callbackControl(
  status: string,
  orderId: string,
  clientOrderId: string,
  merchantControl: string,
): string {
  return sha1(status + orderId + clientOrderId + merchantControl)
}
