/** Webhook events as rows, with the parts of payout and grant that never change. */
import type { WebhookEvent } from '#lib/services/ports.ts'

export type EventRow = {
  id: bigint
  at: Date
  type: WebhookEvent['type']
  data: Record<string, unknown>
  subjectId: string | null
  payoutId: string | null
  version: number | null
  amountMinor: bigint | null
  currency: string | null
  clientOrderId: string | null
  metadata: Record<string, unknown> | null
  reference: string | null
  receiverExternalId: string | null
}

/** Of the event `e`, joined as `eventJoins` do. */
export const eventColumns = `e.id, e.at, e.type, e.data, e.subject_id AS "subjectId", e.payout_id AS "payoutId", e.version,
  coalesce(p.amount_minor, g.amount_minor) AS "amountMinor", coalesce(p.currency, g.currency) AS currency,
  p.client_order_id AS "clientOrderId", p.metadata, g.reference, r.external_id AS "receiverExternalId"`

export const eventJoins = `LEFT JOIN payout p ON p.id = e.payout_id
  LEFT JOIN grant_row g ON g.id = e.subject_id AND e.type IN ('grant.created', 'grant.reversed')
  LEFT JOIN receiver r ON r.id = coalesce(p.receiver_id, g.receiver_id)`

export function toEvent(row: EventRow): WebhookEvent {
  const { id, at, type, data, subjectId, amountMinor, currency, receiverExternalId } = row
  const money =
    amountMinor === null || currency === null || receiverExternalId === null
      ? null
      : { amountMinor, currency, receiverExternalId }
  const { payoutId, version, clientOrderId, metadata, reference } = row
  return {
    ...{ id, at, type, data, subjectId },
    payout:
      money && payoutId !== null && clientOrderId !== null
        ? { id: payoutId, version, clientOrderId, metadata: metadata ?? {}, ...money }
        : null,
    grant: money && reference !== null ? { reference, ...money } : null,
  }
}
