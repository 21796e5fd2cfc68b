import type { StatusView } from '#lib/contract/payout.ts'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

/** Which words of the area `pay` tell the receiver what happens: those of the status, unless a special case applies. */
type Situation = {
  headline: PayoutStatus | 'checkingForm'
  explanation:
    | PayoutStatus
    | 'checkingForm'
    | 'contactMerchant'
    | 'paused'
    | 'held'
    | 'frozen'
    | 'silent'
    | 'back'
    | 'notSent'
}

export function situationOf(view: Omit<StatusView, 'notes'>): Situation {
  const { status, returnedAt } = view
  if (view.contactMerchant) return { headline: status, explanation: 'contactMerchant' }
  if (view.checkingForm) return { headline: 'checkingForm', explanation: 'checkingForm' }
  if (view.paused) return { headline: status, explanation: 'paused' }
  // The reason, which is shown beside it, says what to do.
  if (view.reason !== null && status !== 'rejected') return { headline: status, explanation: 'notSent' }
  // The browser is back from the bank, and Cardzo has no final answer yet.
  if (returnedAt !== null && status === 'processing') return { headline: status, explanation: 'back' }
  if (view.silent) return { headline: status, explanation: 'silent' }
  if (status === 'approved' && view.coolingOffUntil !== null)
    return {
      headline: status,
      explanation: isFrozenUntil(new Date(view.coolingOffUntil)) ? 'frozen' : 'held',
    }
  return { headline: status, explanation: status }
}
