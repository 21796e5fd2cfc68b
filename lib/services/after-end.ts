/** What Cardzo says of an order that has ended here: compared with how it ended. The payout stays what it is, whatever that is. */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { finalStatusOf, isFinalVerdict } from './decide.ts'
import { amountDiffers } from './payout-subject.ts'
import type {
  Change,
  GatewayVerdict,
  ItemDraft,
  OrderState,
  Payout,
  Progress,
  StatusAnswer,
} from './ports.ts'

/** An answer that says something about the order, if only that there is none. */
export type Told = Extract<StatusAnswer, { kind: 'known' | 'no_such_order' }>

/**
 * What to keep of such an answer, and whether it differs from how the payout ended. `isNews` is false when Cardzo said the same the
 * last time after the end: a difference that a person has looked at does not come back with every look.
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

const keyOf = ({ rawStatus, rawStage, amount, currency }: OrderState) =>
  JSON.stringify([rawStatus, rawStage, amount, currency])

function contradiction(payout: Payout, order: OrderState): ItemDraft | null {
  if (!isFinalVerdict(order.verdict)) return reopened(payout, order)
  const said = finalStatusOf(order.verdict)
  if (said === payout.status) return otherFigure(payout, order)
  if (said === 'paid')
    return {
      kind: 'paid_after_end',
      severity: 'critical',
      what: `Cardzo says that this payout was paid, but it had ended here as "${payout.status}"`,
      why: 'Money may have moved. The payout is not changed; settle it with the receiver and with Cardzo.',
    }
  // Our own ends (rejected, cancelled, expired) do not contradict a refusal of Cardzo.
  if (payout.status === 'rejected' || payout.status === 'cancelled' || payout.status === 'expired')
    return null
  return {
    kind: 'final_contradicted',
    severity: 'critical',
    what: `Cardzo now says "${order.rawStatus}", but this payout had ended as "${payout.status}"`,
    why: 'A final status is never changed here. Find out from Cardzo what happened to the money.',
  }
}

const finalWords = ['approved', 'declined', 'filtered', 'error']

/** Cardzo had ended the order itself, and now it is not over. */
function reopened(payout: Payout, order: OrderState): ItemDraft | null {
  if (order.verdict === 'beyond' && payout.status === 'failed' && payout.settledBy !== null)
    return {
      kind: 'final_contradicted',
      severity: 'critical',
      what: 'Cardzo is working on this order, although two people settled it as failed',
      why: 'Money may still move. Do not ask for it anew; ask Cardzo to end the order, or wait for its final status.',
    }
  if (!finalWords.includes(payout.gatewayStatus?.toLowerCase() ?? '')) return null
  return {
    kind: 'final_contradicted',
    severity: 'high',
    what: `Cardzo now says "${order.rawStatus}", which is not final, but had ended this order with "${payout.gatewayStatus ?? ''}"`,
    why: 'A final status is never changed here. Find out from Cardzo what is happening to the money.',
  }
}

/** The same end with another amount than we asked for, and than Cardzo named when it ended. */
function otherFigure(payout: Payout, order: OrderState): ItemDraft | null {
  if (!amountDiffers(payout, order)) return null
  if (order.amount === payout.gatewayAmount && order.currency === payout.gatewayCurrency) return null
  return {
    kind: 'amount_differs',
    severity: 'critical',
    what: `Cardzo now names ${order.amount ?? '?'} ${order.currency ?? payout.currency} for this order`,
    why: 'That is neither the amount of this payout nor what Cardzo named when it ended. Ask Cardzo what was paid.',
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

/** Where a payout that is not over would stand by such a word. */
const notOver = {
  validating: 'checking',
  validated: 'awaiting_approval',
  beyond: 'processing',
  unknown: 'outcome_unknown',
  inconclusive: 'outcome_unknown',
} as const satisfies Partial<Record<GatewayVerdict, PayoutStatus>>

function changeOf(order: OrderState): NonNullable<Change['gatewayChange']> {
  const { verdict, rawStatus, rawStage, amount, currency } = order
  const status = isFinalVerdict(verdict) ? finalStatusOf(verdict) : notOver[verdict]
  return { status, gatewayStatus: rawStatus, gatewayStage: rawStage, amount, currency }
}
