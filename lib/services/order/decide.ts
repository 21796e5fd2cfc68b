/**
 * What a status answer of Cardzo means for a payout. Pure, so that a test can try every combination.
 */
import { cardzoEnds, isCardzoEnd } from '#lib/payouts/cardzo-ends.ts'
import type { CardzoEnd } from '#lib/payouts/cardzo-ends.ts'
import { amountDiffers } from '#lib/payouts/money.ts'
import type { AutoCaps } from '#lib/payouts/policy.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Judgement } from '#lib/services/policy/judge-policy.ts'
import type { ItemDraft, ItemKind, OrderState, Payout, PayoutFacts } from '#lib/services/ports.ts'

export type Decision = {
  move?: PayoutMove
  facts: PayoutFacts
  items: ItemDraft[]
  closes: ItemKind[]
  /** With `auto_approve`: how much may be approved this way in a day. */
  autoCaps?: AutoCaps
  /** Why the approvals no longer count. */
  voidsApprovals?: string
}

export type DecideContext = {
  /** When Cardzo answered, by the database's clock. */
  now: Date
  pollIntervalMs: number
  /** How long people have to decide. */
  expireAfterMs: number
  /** Judged when the bank's validation is recorded; null: it was judged before. */
  policy: Judgement | null
}

export function decide(was: Payout, order: OrderState, context: DecideContext): Decision {
  const decision: Decision = { facts: toldFacts(was, order), items: [], closes: [] }
  const progress = order.verdict === 'validated' ? was.progress : withoutValidated(was.progress)
  if (progress !== was.progress) decision.facts.progress = progress
  const payout = { ...was, progress }
  if (order.unlistedWord !== null) decision.items.push(unlistedWord(order.unlistedWord))
  if (isCardzoEnd(order.verdict)) return ended(payout, order, order.verdict, context, decision)
  const differs = amountDiffers(payout, order)
  if (differs && isBeforeClaim(payout.status)) decision.items.push(differingAmount(payout, order))
  if (!differs) decision.closes.push('amount_differs')
  switch (order.verdict) {
    case 'validating':
    case 'validated':
      return isBeforeClaim(payout.status)
        ? checked(payout, order.verdict, context, decision)
        : unproven(payout, order.verdict, context, decision)
    case 'beyond':
      return beyond(payout, order, decision)
    case 'unknown':
      return unknown(payout, decision)
    case 'inconclusive':
      return decision
  }
}

/** Cardzo's words and figures, kept beside ours. Where it leaves out a figure, the last known one stays. */
function toldFacts(payout: Payout, order: OrderState): PayoutFacts {
  const facts: PayoutFacts = {
    gatewayStatus: order.rawStatus,
    gatewayStage: order.rawStage ?? payout.gatewayStage,
    gatewayAmount: order.amount ?? payout.gatewayAmount,
    gatewayCurrency: order.currency ?? payout.gatewayCurrency,
  }
  if (payout.orderId === null) facts.orderId = order.orderId
  return facts
}

/** payout_check_validating or payout_check_validated, before payout-pay is claimed. */
function checked(
  payout: Payout,
  verdict: 'validating' | 'validated',
  context: DecideContext,
  decision: Decision,
): Decision {
  decision.closes.push('check_unresolved', 'gateway_status_unknown')
  const asked = payout.status === 'requested' || payout.status === 'checking'
  if (verdict === 'validating') {
    if (payout.status === 'requested') decision.move = 'find_order'
    else if (!asked) {
      decision.move = 'revalidate'
      decision.voidsApprovals = 'The bank took its confirmation back.'
    }
    return decision
  }
  decision.facts.validatedNow = true
  if (!asked) return decision
  if (context.policy) {
    decision.facts.policyNote = context.policy.note
    decision.facts.risk = context.policy.risk
    decision.facts.approvalsRequired = context.policy.approvalsRequired
    if (context.policy.note.approved) decision.autoCaps = context.policy.autoCaps
  }
  decision.move = context.policy?.note.approved ? 'auto_approve' : 'validate'
  // When it is validated again it keeps its first deadline.
  if (decision.move === 'validate' && payout.expiresAt === null)
    decision.facts.expiresInMs = context.expireAfterMs
  return decision
}

/** After the claim the same stages prove nothing: payout-pay may or may not have arrived. */
function unproven(
  payout: Payout,
  verdict: 'validating' | 'validated',
  context: DecideContext,
  decision: Decision,
): Decision {
  const refused = payout.progress.payRefused
  if (payout.status !== 'paying') return decision
  if (!refused) {
    decision.move = 'lose_track'
    decision.items.push(
      outcomeUnknown('The answer to payout-pay was lost and the order still says that it was only checked.'),
    )
    return decision
  }
  // Cardzo refused payout-pay. We believe it after two answers, a poll interval apart, that say validated with no other word in between.
  if (verdict !== 'validated') return decision
  if (refused.validatedAt === undefined) {
    decision.facts.progress = {
      ...payout.progress,
      payRefused: { ...refused, validatedAt: context.now.toISOString() },
    }
  } else if (context.now.getTime() - Date.parse(refused.validatedAt) >= context.pollIntervalMs) {
    decision.move = 'fail'
    decision.facts.gatewayCode = refused.code
    decision.facts.gatewayMessage = refused.message
  }
  return decision
}

/** Any other word restarts the wait for two answers that confirm the refusal of payout-pay; silence does not. */
function withoutValidated(progress: Payout['progress']): Payout['progress'] {
  if (progress.payRefused?.validatedAt === undefined) return progress
  const { validatedAt, ...payRefused } = progress.payRefused
  return { ...progress, payRefused }
}

/** Cardzo is past payout-check. After the claim this proves that payout-pay arrived; before it, that somebody else sent it. */
function beyond(payout: Payout, order: OrderState, decision: Decision): Decision {
  if (isBeforeClaim(payout.status)) decision.items.push(movedWithoutUs(order))
  decision.closes.push('outcome_unknown', 'gateway_status_unknown')
  const redirect = order.redirect
  decision.facts.redirectUrl = redirect?.ok ? redirect.url : null
  if (redirect && !redirect.ok) decision.items.push(refusedRedirect(redirect.why, redirect.url))
  const to: PayoutStatus = redirect ? 'action_required' : 'processing'
  if (payout.status !== to) decision.move = redirect ? 'ask_receiver' : 'proceed'
  return decision
}

function unknown(payout: Payout, decision: Decision): Decision {
  if (isBeforeClaim(payout.status)) {
    decision.items.push({
      kind: 'gateway_status_unknown',
      severity: 'high',
      what: 'Cardzo does not know the state of this order',
      why: 'Its status is "unknown" although payout-pay was not sent by us. Ask Cardzo; the portal goes on asking too.',
    })
    return decision
  }
  decision.items.push(outcomeUnknown('Cardzo itself answers that the outcome is unknown.'))
  if (payout.status !== 'outcome_unknown') decision.move = 'lose_track'
  return decision
}

function ended(
  payout: Payout,
  order: OrderState,
  verdict: CardzoEnd,
  context: DecideContext,
  decision: Decision,
): Decision {
  const differs = amountDiffers(payout, order)
  if (differs) {
    decision.items.push(differingAmount(payout, order))
    if (!heardTwice(payout, order, context)) {
      decision.facts.progress = {
        ...payout.progress,
        doubtedFinal:
          payout.progress.doubtedFinal && sameDoubt(payout, order)
            ? payout.progress.doubtedFinal
            : doubt(order, context),
      }
      return decision
    }
  } else decision.closes.push('amount_differs')
  if (verdict === 'approved' && isBeforeClaim(payout.status)) decision.items.push(movedWithoutUs(order))
  decision.move = cardzoEnds[verdict].move
  decision.facts.redirectUrl = null
  decision.facts.gatewayCode = order.errorCode
  decision.facts.gatewayMessage = order.errorMessage
  decision.closes.push(
    'outcome_unknown',
    'gateway_status_unknown',
    'check_unresolved',
    'form_not_filled',
    'stuck',
    'redirect_refused',
  )
  // Cardzo asks merchants to report a final `error` to the account manager, so a person must see it.
  if (verdict === 'error')
    decision.items.push({
      kind: 'gateway_error',
      severity: 'warning',
      what: 'Cardzo ended this order with "error"',
      why: `Cardzo asks to be told about such orders. ${order.errorCode ?? ''} ${order.errorMessage ?? ''}`.trim(),
    })
  return decision
}

const doubt = (order: OrderState, context: DecideContext) => ({
  status: order.rawStatus,
  amount: order.amount,
  currency: order.currency,
  at: context.now.toISOString(),
})

function sameDoubt(payout: Payout, order: OrderState): boolean {
  const earlier = payout.progress.doubtedFinal
  return (
    earlier !== undefined &&
    earlier.status === order.rawStatus &&
    earlier.amount === order.amount &&
    earlier.currency === order.currency
  )
}

/** A final status with another figure is believed when Cardzo said the same a poll interval earlier. */
function heardTwice(payout: Payout, order: OrderState, { now, pollIntervalMs }: DecideContext): boolean {
  const earlier = payout.progress.doubtedFinal
  return (
    earlier !== undefined &&
    sameDoubt(payout, order) &&
    now.getTime() - Date.parse(earlier.at) >= pollIntervalMs
  )
}

export const outcomeUnknown = (why: string): ItemDraft => ({
  kind: 'outcome_unknown',
  severity: 'critical',
  what: 'It is not known whether this payout was paid',
  why: `${why} It will not be sent again. The portal keeps asking Cardzo; ask its support too, with the order ids.`,
})

const unlistedWord = (word: string): ItemDraft => ({
  kind: 'unlisted_word',
  severity: 'info',
  subject: word,
  what: `Cardzo used a word we do not know: "${word}"`,
  why: 'It is treated as not final. If it means something else, the portal must learn it.',
  data: { word },
})

const movedWithoutUs = (order: OrderState): ItemDraft => ({
  kind: 'order_moved_without_us',
  severity: 'critical',
  what: 'This order moved on at Cardzo although the portal had not sent payout-pay',
  why: `Cardzo says ${order.rawStatus}${order.rawStage === null ? '' : ` (${order.rawStage})`}. Either the portal had sent it before its database was restored, or find out who else can pay with this merchant's keys.`,
})

const refusedRedirect = (why: string, url: string): ItemDraft => ({
  kind: 'redirect_refused',
  severity: 'high',
  what: "The bank form's address was not trusted, so the receiver can't go on",
  why: `${why} If the host is right, add it to CARDZO_REDIRECT_HOSTS.`,
  data: { url: url.slice(0, 300) },
})

function differingAmount(payout: Payout, order: OrderState): ItemDraft {
  return {
    kind: 'amount_differs',
    severity: 'critical',
    what: `Cardzo names ${order.amount ?? '?'} ${order.currency ?? payout.currency} for this order`,
    why: 'That is not the amount or currency of this payout. Ask Cardzo before anything else.',
    data: { amount: `${order.amount ?? '?'} ${order.currency ?? payout.currency}` },
  }
}
