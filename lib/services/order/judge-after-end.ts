/** Compares what Cardzo says about an order that has ended here with how it ended. The payout stays what it is in any case. */
import { cardzoEnds, isCardzoEnd } from '#lib/payouts/cardzo-ends.ts'
import { amountDiffers } from '#lib/payouts/money.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type {
  Change,
  GatewayVerdict,
  ItemDraft,
  OrderState,
  Payout,
  Progress,
  StatusAnswer,
} from '#lib/services/ports.ts'

/** An answer that says something about the order, even if only that there is none. */
export type Told = Extract<StatusAnswer, { kind: 'known' | 'no_such_order' }>

/**
 * What to keep of such an answer, and whether it differs from how the payout ended. `isNews` is false when Cardzo has said the same
 * since the end, so that a difference somebody has looked at does not come back with every look.
 */
export function judgeAfterEnd(
  payout: Payout,
  answer: Told,
): { differs: boolean; isNews: boolean; change: Change; progress: Progress } {
  const item = answer.kind === 'known' ? contradiction(payout, answer.order) : lostOrder(payout, answer)
  const said = item && (answer.kind === 'known' ? keyOf(answer.order) : answer.kind)
  const { failures, lastAfterEnd, ...rest } = payout.progress
  const progress = said === null ? rest : { ...rest, lastAfterEnd: said }
  const adopts = answer.kind === 'known' && payout.orderId === null
  const change: Change = { items: item ? [item] : [] }
  if (item && answer.kind === 'known') change.gatewayChange = changeOf(answer.order)
  if (adopts) change.facts = { orderId: answer.order.orderId }
  return { differs: item !== null, isNews: adopts || (lastAfterEnd ?? null) !== said, change, progress }
}

const keyOf = ({ rawStatus, rawStage, amount, currency, redirect }: OrderState) =>
  JSON.stringify([rawStatus, rawStage, amount, currency, ...(redirect === null ? [] : ['redirect'])])

function contradiction(payout: Payout, order: OrderState): ItemDraft | null {
  if (!isCardzoEnd(order.verdict)) return signOfLife(payout, order)
  const said = cardzoEnds[order.verdict].status
  if (said === payout.status) return otherFigure(payout, order)
  if (said === 'paid')
    return {
      kind: 'paid_after_end',
      severity: 'critical',
      what: `Cardzo says that this payout was paid, but it had ended here as "${payout.status}"`,
      why: 'Money may have moved. The payout is not changed; settle it with the receiver and with Cardzo.',
    }
  // A refusal of Cardzo fits our own ends: rejected, cancelled, expired.
  if (payout.status === 'rejected' || payout.status === 'cancelled' || payout.status === 'expired')
    return null
  return {
    kind: 'final_contradicted',
    severity: 'critical',
    what: `Cardzo now says "${order.rawStatus}", but this payout had ended as "${payout.status}"`,
    why: 'A final status is never changed here. Find out from Cardzo what happened to the money.',
  }
}

/**
 * Is Cardzo still working on an order that has ended here? An order at a stage of payout-check (validating, validated) is normal after a
 * rejection, a cancellation, an expiry or a refused payout-pay: nothing moves without payout-pay. Anything further is a sign of life: a
 * later stage, a bank form, an outcome that Cardzo doesn't know, a new word. Once Cardzo itself has ended the order, everything is.
 */
function signOfLife(payout: Payout, order: OrderState): ItemDraft | null {
  if (order.verdict === 'beyond' || isNewWord(payout, order))
    return {
      kind: 'final_contradicted',
      severity: payout.status === 'paid' ? 'high' : 'critical',
      what: `Cardzo is not done with this order, although it had ended here as "${payout.status}"`,
      why: `It says ${wordsOf(order)}. Money may still move: ask Cardzo to end the order, or wait for its final status. While this is open the payout can't be asked for again, and what it gave back to a balance stays held.`,
    }
  if (!isCardzoEnd(payout.gatewayStatus?.toLowerCase() ?? '')) return null
  return {
    kind: 'final_contradicted',
    severity: 'high',
    what: `Cardzo now says "${order.rawStatus}", which is not final, but had ended this order with "${payout.gatewayStatus ?? ''}"`,
    why: 'A final status is never changed here. Find out from Cardzo what is happening to the money.',
  }
}

/** `unknown`, `chain_declined` or an unlisted word, unless Cardzo said the same when the payout ended. */
function isNewWord(payout: Payout, { verdict, rawStatus }: OrderState): boolean {
  const moved =
    verdict === 'unknown' || (verdict === 'inconclusive' && rawStatus.toLowerCase() !== 'processing')
  return moved && rawStatus.toLowerCase() !== payout.gatewayStatus?.toLowerCase()
}

const wordsOf = ({ rawStatus, rawStage, redirect }: OrderState) =>
  `"${rawStatus}"${rawStage === null ? '' : ` (${rawStage})`}${redirect === null ? '' : ', with a form for the receiver'}`

/** The same end, but an amount that is neither ours nor the one Cardzo named when it ended. */
function otherFigure(payout: Payout, order: OrderState): ItemDraft | null {
  if (!amountDiffers(payout, order)) return null
  if (order.amount === payout.gatewayAmount && order.currency === payout.gatewayCurrency) return null
  return {
    kind: 'amount_differs',
    severity: 'critical',
    what: `Cardzo now names ${order.amount ?? '?'} ${order.currency ?? payout.currency} for this order`,
    why: 'That is neither the amount of this payout nor what Cardzo named when it ended. Ask Cardzo what was paid.',
    data: { amount: `${order.amount ?? '?'} ${order.currency ?? payout.currency}`, ended: true },
  }
}

function lostOrder(payout: Payout, { message }: { message: string | null }): ItemDraft | null {
  if (payout.orderId === null) return null
  return {
    kind: 'final_contradicted',
    severity: payout.status === 'paid' ? 'critical' : 'warning',
    what: `Cardzo says that it does not know order ${payout.orderId}, which it had numbered itself`,
    why: `This payout had ended as "${payout.status}" and is not changed. Ask Cardzo what became of the order. ${message ?? ''}`.trim(),
  }
}

/** The status that each word would mean for a payout that is not over. */
const notOver = {
  validating: 'checking',
  validated: 'awaiting_approval',
  beyond: 'processing',
  unknown: 'outcome_unknown',
  inconclusive: 'outcome_unknown',
} as const satisfies Partial<Record<GatewayVerdict, PayoutStatus>>

function changeOf(order: OrderState): NonNullable<Change['gatewayChange']> {
  const { verdict, rawStatus, rawStage, amount, currency } = order
  const status = isCardzoEnd(verdict) ? cardzoEnds[verdict].status : notOver[verdict]
  return { status, gatewayStatus: rawStatus, gatewayStage: rawStage, amount, currency }
}
