/**
 * An event as other systems see it. Made when it is asked for or sent, of facts that never change: every attempt has the same bytes. Names
 * and account digits are in none; a system that needs them asks for the payout.
 */
import type { EventView } from '#lib/contract/event.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { WebhookEvent } from '#lib/services/ports.ts'

export const eventId = (id: bigint) => `evt_${id}`

export function eventView(event: WebhookEvent): EventView {
  const { id, type, at, payout, grant, subjectId, data } = event
  return {
    id: eventId(id),
    sequence: Number(id),
    type,
    timestamp: at.toISOString(),
    data: {
      payout: payout && {
        id: payout.id,
        status: payoutStatuses.find((status) => type === `payout.${status}`) ?? null,
        version: payout.version,
        amount: formatAmount(payout.amountMinor, payout.currency),
        currency: payout.currency,
        receiver: { externalId: payout.receiverExternalId },
        clientOrderId: payout.clientOrderId,
        metadata: payout.metadata,
      },
      grant: grant && {
        id: subjectId ?? '',
        reference: grant.reference,
        amount: formatAmount(grant.amountMinor, grant.currency),
        currency: grant.currency,
        receiver: { externalId: grant.receiverExternalId },
      },
      item: type.startsWith('item.')
        ? { id: subjectId ?? '', kind: text(data['kind']) ?? '', severity: text(data['severity']) ?? '' }
        : null,
      said:
        type === 'payout.changed_after_end'
          ? {
              status: text(data['said']) ?? '',
              amount: text(data['amount']),
              currency: text(data['currency']),
            }
          : null,
    },
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : null)
