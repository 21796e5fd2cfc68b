/** What people are told about callbacks that don't fit their payout. */
import type { CallbackMessage, ItemDraft } from '#lib/services/ports.ts'

export const unmatchedItem = ({ status, orderId, clientOrderId }: CallbackMessage): ItemDraft => ({
  kind: 'callback_unmatched',
  severity: 'high',
  what: 'Cardzo calls back about orders that are not here',
  why: `They are signed with this merchant's key. The latest says "${status}" for order ${orderId} (${clientOrderId}). They are kept, and matched if their payouts appear.`,
  data: { status, orderId, clientOrderId },
})

export const otherOrderItem = ({ status, orderId, clientOrderId }: CallbackMessage): ItemDraft => ({
  kind: 'other_order_id',
  severity: 'critical',
  what: "Cardzo called back with another pair of order ids than this payout's",
  why: `It says "${status}" for order ${orderId} (${clientOrderId}), signed with this merchant's key: there may be a second order. It moves nothing here. Ask Cardzo what that order is and have it ended.`,
  data: { status, orderId, clientOrderId },
})

export const operationItem = ({ status, type, operation }: CallbackMessage): ItemDraft => ({
  kind: 'other_operation',
  severity: 'high',
  what: 'Cardzo called back about another operation on this order',
  why: `Its type is "${operation ?? type ?? ''}" and it says "${status}". That is not what became of the payout, which is not changed. The type is not signed: ask Cardzo what happened to the money.`,
  data: { operation: operation ?? type, status },
})
