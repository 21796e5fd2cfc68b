import { Account, Amount } from '#app/_ui/amount.tsx'
import { Card } from '#app/_ui/card.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { DecisionRefusal } from '#lib/payouts/permissions.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { DeskPayout } from '#lib/services/show-desk-payout.ts'
import type { Payout } from '#lib/services/ports.ts'
import { receiverName } from '../../names.ts'
import { Validated } from '../../validated.tsx'
import { ApproveForm, RejectForm } from './decision-forms.tsx'

/** What is decided on stands here once more, right above the buttons; without buttons, why there are none. */
export function Decision({ payout, buttons, decisionRefusal }: DeskPayout) {
  const seen = { id: payout.id, version: payout.version }
  const mayApprove = buttons.includes('approve')
  const mayReject = buttons.includes('reject')
  return (
    <Card>
      <h2 className="text-lg font-semibold tracking-tight">Decision</h2>
      {(mayApprove || mayReject) && (
        <div className="mt-3 rounded-xl bg-sunken p-4">
          <p className="text-2xl tracking-tight">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
          </p>
          <p className="mt-1 text-[0.9375rem] text-ink-2">
            to <span className="text-ink">{receiverName(payout)}</span>, account{' '}
            <Account last4={payout.accountLast4} />
          </p>
          <p className="mt-1 text-sm text-ink-2">
            <Validated at={payout.validatedAt} />
          </p>
        </div>
      )}
      {!mayApprove && (
        <p className="mt-3 text-[0.9375rem] leading-6 text-ink-2">{whyNot(payout, decisionRefusal)}</p>
      )}
      {mayApprove && (
        <div className="mt-4">
          <ApproveForm id={payout.id} contentHash={payout.contentHash} />
        </div>
      )}
      {mayReject && (
        <div className="mt-5 border-t border-line pt-5">
          <RejectForm seen={seen} />
        </div>
      )}
    </Card>
  )
}

const refusals = {
  forbidden: () => 'Only approvers decide. Your role can look.',
  own_request: () => 'You asked for this payout or entered it, so somebody else must decide.',
  amount_differs: () =>
    'Cardzo names another amount or currency than we do, so this payout can not be approved.',
  wrong_status: whyNow,
} as const satisfies Record<DecisionRefusal, (payout: Payout) => string>

const whyNot = (payout: Payout, refusal: DecisionRefusal | null) =>
  refusal === null ? '' : refusals[refusal](payout)

/** In the words of where it is: too early, decided, sent or over. */
function whyNow(payout: Payout): string {
  if (isFinal(payout.status)) return 'This payout is over. There is nothing to decide.'
  if (payout.status === 'approved')
    return 'Approved. It is sent within moments; until then it can still be rejected.'
  if (payout.status === 'outcome_unknown')
    return 'It is not known whether the payment was sent. Cardzo ends it, or two people settle it.'
  if (isBeforeClaim(payout.status))
    return 'The bank has not confirmed it yet. It can be approved once it has.'
  return 'The payment was sent. From here on only Cardzo ends it.'
}
