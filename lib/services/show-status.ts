import type { StatusView } from '#lib/contract/payout.ts'
import { displayAmount, formatAmount } from '#lib/payouts/money.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { statusWords } from '#lib/payouts/words.ts'
import { hashToken } from './links.ts'
import type { Deps, Payout } from './ports.ts'

/** How often a page may ask us: quick enough to feel live, and cheap, because it never reaches Cardzo. */
const pagePollMs = 2000

/** In these it is Cardzo's turn, so its silence is what the receiver waits for. */
const waitsForCardzo: readonly PayoutStatus[] = ['requested', 'checking', 'approved', 'processing']
const silentExplanation =
  'The payment service does not answer at the moment. Your payout is kept and goes on by itself; you do not have to do anything.'

/** What the holder of a link may see of its payout. */
export async function showStatus(
  deps: Deps,
  token: string,
): Promise<{ ok: true; view: StatusView } | Refusal<'not_found'>> {
  if (!/^[A-Za-z0-9_-]{20,128}$/.test(token)) return refuse('not_found')
  const payout = await deps.payouts.findByStatusToken(hashToken(token))
  if (!payout) return refuse('not_found')
  const view = statusView(payout)
  const isSilent =
    waitsForCardzo.includes(payout.status) && (await deps.settings.gatewayCondition()).silentSince !== null
  return { ok: true, view: isSilent ? { ...view, explanation: silentExplanation } : view }
}

/** Times that are still ahead; the worker goes by the database's clock, this is for reading. */
export function waitsOf(
  payout: Pick<Payout, 'status' | 'holdUntil' | 'sendAfter'>,
  now = Date.now(),
): { holdUntil: Date | null; sendAfter: Date | null } {
  const ahead = (at: Date | null) => (at !== null && at.getTime() > now ? at : null)
  return {
    holdUntil: isBeforeClaim(payout.status) ? ahead(payout.holdUntil) : null,
    sendAfter: payout.status === 'approved' ? ahead(payout.sendAfter) : null,
  }
}

export function statusView(payout: Payout): StatusView {
  const words = statusWords[payout.status]
  const redirectUrl = payout.status === 'action_required' ? payout.redirectUrl : null
  const contactMerchant = payout.status === 'action_required' && redirectUrl === null
  const final = isFinal(payout.status)
  const { holdUntil, sendAfter } = waitsOf(payout)
  return {
    status: payout.status,
    final,
    redirectUrl,
    redirectHost: redirectUrl === null ? null : new URL(redirectUrl).host,
    returnedAt: payout.returnedAt?.toISOString() ?? null,
    pollAfterMs: pagePollMs,
    version: payout.version,
    amount: formatAmount(payout.amountMinor, payout.currency),
    currency: payout.currency,
    displayAmount: displayAmount(payout.amountMinor, payout.currency),
    accountLast4: payout.accountLast4,
    bankName: payout.destination['bank_name'] ?? null,
    turn: contactMerchant ? 'finance' : words.turn,
    headline: words.headline,
    explanation: contactMerchant
      ? 'Your bank asks for a form, but the address it gave could not be trusted. Please contact the merchant; its staff already know.'
      : holdUntil && payout.status === 'approved'
        ? 'Your payment is approved and waits until your new account may be used. You do not have to do anything.'
        : words.explanation,
    reason: payout.status === 'rejected' ? payout.failureMessage : null,
    contactMerchant,
    holdUntil: holdUntil?.toISOString() ?? null,
    sendAfter: sendAfter?.toISOString() ?? null,
    reference: payout.clientOrderId,
    requestedAt: payout.createdAt.toISOString(),
    finalAt: payout.finalAt?.toISOString() ?? null,
    updatedAt: payout.updatedAt.toISOString(),
  }
}
