/** A payout as other systems see it. No full account number ever leaves through here. */
import type { PayoutView } from '#lib/contract/payout.ts'
import { maskDestination, receiverFields } from '#lib/payouts/fields.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { CodeBook } from '#lib/payouts/error-codes.ts'
import type { ApiPayout, Config } from '#lib/services/ports.ts'
import { failureWords } from './failure-words.ts'
import { statusUrlOf } from './links.ts'

/** `book`: the words of error codes. Messages are in English. */
export function payoutView(config: Config, payout: ApiPayout, book: CodeBook): PayoutView {
  return {
    id: payout.id,
    status: payout.status,
    final: isFinal(payout.status),
    amount: formatAmount(payout.amountMinor, payout.currency),
    currency: payout.currency,
    receiver: payout.receiver,
    destination: maskDestination(ownDestination(payout)),
    description: payout.description,
    payAt: payout.payAt?.toISOString() ?? null,
    gateway: {
      clientOrderId: payout.clientOrderId,
      orderId: payout.orderId,
      status: payout.gatewayStatus,
      stage: payout.gatewayStage,
      amount: payout.gatewayAmount,
      currency: payout.gatewayCurrency,
    },
    redirectUrl: payout.status === 'action_required' ? payout.redirectUrl : null,
    statusUrl: statusUrlOf(config, payout),
    metadata: payout.metadata,
    failure: failureOf(payout, book),
    settledBy: payout.settledBy?.map(({ name, at }) => ({ name, at })) ?? null,
    retryOf: payout.replacesId,
    createdAt: payout.createdAt.toISOString(),
    updatedAt: payout.updatedAt.toISOString(),
    finalAt: payout.finalAt?.toISOString() ?? null,
  }
}

/** Without what only repeats the receiver: names and e-mail are in `receiver` already. */
function ownDestination({ destination, receiver, ipAddress }: ApiPayout): Record<string, string> {
  const repeated: Record<string, string | null> = { ipaddress: ipAddress }
  for (const [field, property] of Object.entries(receiverFields)) repeated[field] = receiver[property]
  return Object.fromEntries(Object.entries(destination).filter(([name, value]) => repeated[name] !== value))
}

function failureOf(payout: ApiPayout, book: CodeBook): PayoutView['failure'] {
  switch (payout.status) {
    case 'declined':
    case 'filtered':
    case 'failed':
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return {
        code: payout.status,
        message:
          payout.failureMessage ??
          failureWords(payout, book, 'en')?.receiver ??
          wordsFor('en', 'pay')(`explanation.${payout.status}`),
        gatewayCode: payout.gatewayCode,
        gatewayMessage: payout.gatewayMessage,
      }
    case 'requested':
    case 'checking':
    case 'awaiting_approval':
    case 'approved':
    case 'paying':
    case 'action_required':
    case 'processing':
    case 'outcome_unknown':
    case 'paid':
      return null
  }
}
