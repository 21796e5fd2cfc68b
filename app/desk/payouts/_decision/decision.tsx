import { useTranslations } from 'next-intl'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { Time } from '#app/_ui/time.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { DecisionRefusal } from '#lib/payouts/permissions.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import { pausedOnDesk } from '#lib/payouts/words.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import type { Payout } from '#lib/services/ports.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { Validated } from '#app/desk/_ui/validated.tsx'
import type { Onward } from '#app/desk/payouts/_list/list-address.ts'
import { Approvals } from './approvals.tsx'
import { Countdown } from './countdown.tsx'
import { ApproveForm, RejectForm, UndoForm } from './decision-forms.tsx'
import { WhileSame } from './while-same.tsx'

/** Repeats what is decided on right above the buttons; without buttons, says why there are none. */
export function Decision({ desk, onward }: { desk: DeskPayout; onward: Onward }) {
  const { payout, buttons, decisionRefusal } = desk
  const mayApprove = buttons.includes('approve')
  const mayReject = buttons.includes('reject')
  return (
    <Card>
      <h2 className="text-lg font-semibold tracking-tight">Decision</h2>
      {(mayApprove || mayReject) && <Summary payout={payout} />}
      <Expiry payout={payout} />
      <Approvals {...desk} />
      <WhileSame key={desk.mark} id={payout.id} mark={desk.mark}>
        <div className="mt-5 border-t border-line pt-5">
          {!mayApprove && !desk.waitsUntil && (
            <p className="text-[0.9375rem] leading-6 text-ink-2">
              {decisionRefusal === null ? agreedText(desk) : refusals[decisionRefusal](desk)}
            </p>
          )}
          {desk.waitsUntil && (
            <WaitsUntil until={desk.waitsUntil} mayUndo={desk.mayUndo} paused={desk.paused} />
          )}
          {desk.mayUndo && (
            <div className="mt-4">
              <UndoForm id={payout.id} />
            </div>
          )}
          {mayApprove && desk.paused && (
            <p className="mb-3 text-[0.9375rem] leading-6 text-ink-2">{pausedOnDesk}</p>
          )}
          {mayApprove && desk.needsNote && <SameRequests payouts={desk.sameRequests} />}
          {mayApprove && (
            <div id="approve">
              <ApproveForm
                id={payout.id}
                contentHash={payout.contentHash}
                riskSeen={desk.riskSeen}
                needsNote={desk.needsNote}
                onward={onward}
              />
            </div>
          )}
        </div>
        {mayReject && (
          <div id="reject" className="mt-5 border-t border-line pt-5">
            <RejectForm
              seen={{ id: payout.id, version: payout.version }}
              told={howTold(desk)}
              onward={onward}
            />
          </div>
        )}
      </WhileSame>
    </Card>
  )
}

function Summary({ payout }: { payout: Payout }) {
  return (
    <div className="mt-3 rounded-xl bg-sunken p-4">
      <p className="text-2xl tracking-tight">
        <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
      </p>
      <p className="mt-1 text-[0.9375rem] text-ink-2">
        to <bdi className="text-ink">{receiverName(payout.receiver)}</bdi>, account{' '}
        <Account last4={payout.accountLast4} />
      </p>
      <p className="mt-1 text-sm text-ink-2">
        <Validated at={payout.validatedAt} />
      </p>
    </div>
  )
}

function Expiry({ payout: { status, expiresAt } }: { payout: Payout }) {
  if (status !== 'awaiting_approval' || expiresAt === null) return null
  return (
    <p className="mt-3 flex gap-2 text-sm leading-5 text-ink-2">
      <Icon name="clock" className="mt-0.5 size-4" />
      <span>
        Expires on <Time at={expiresAt} /> unless decided.
      </span>
    </p>
  )
}

/** Approved, but not sent yet. */
function WaitsUntil({ until, mayUndo, paused }: { until: Date; mayUndo: boolean; paused: boolean }) {
  return (
    <div role="group" aria-label="Before it is sent" className="text-[0.9375rem] leading-6">
      {paused ? (
        <p className="font-medium">{pausedOnDesk}</p>
      ) : (
        <Countdown at={until} leftMs={msUntil(until)} />
      )}
      <p className="mt-1 text-ink-2">
        {mayUndo
          ? 'Until then you can take your approval back, and it can be rejected.'
          : 'Until then those who approved can take it back, and it can be rejected.'}
      </p>
    </div>
  )
}

const msUntil = (at: Date) => Math.max(0, at.getTime() - Date.now())

/** This person may decide, and already has. */
function agreedText({ agreed }: DeskPayout): string {
  const missing = Math.max(1, agreed.needed ?? 1) - agreed.given
  return missing === 1
    ? 'You have approved this payout. One more person must agree.'
    : `You have approved this payout. ${missing} more people must agree.`
}

const refusals = {
  forbidden: () => 'Only approvers decide. Your role can look.',
  own_request: () => 'You asked for this payout or entered it, so somebody else must decide.',
  amount_differs: () =>
    'Cardzo names another amount or currency than we do, so this payout cannot be approved.',
  wrong_status: whyNow,
} as const satisfies Record<DecisionRefusal, (desk: DeskPayout) => string>

/** By its status: too early, decided, sent or over. */
function whyNow({ payout, paused }: DeskPayout): string {
  if (isFinal(payout.status)) return 'This payout is over. There is nothing to decide.'
  if (payout.status === 'approved' && paused)
    return `Approved. ${pausedOnDesk} Until then it can still be rejected.`
  if (payout.status === 'approved')
    return 'Approved. It is sent within moments; until then it can still be rejected.'
  if (payout.status === 'outcome_unknown')
    return 'It is not known whether the payment was sent. Cardzo ends it, or two people settle it.'
  if (isBeforeClaim(payout.status))
    return 'The bank has not confirmed it yet. It can be approved once it has.'
  return 'The payment was sent. From here on only Cardzo ends it.'
}

/** How the receiver learns of a decision. Staff must not believe that a mail was sent if none was. */
export function howTold({ mailsReceiver, view }: Pick<DeskPayout, 'mailsReceiver' | 'view'>): string {
  const page = view.statusUrl !== null
  if (mailsReceiver)
    return page
      ? 'The receiver reads it on the status page and in the mail.'
      : 'The receiver reads it in the mail; their status page has ended.'
  return page
    ? 'No mail is sent to this receiver: only their status page says it. Tell them yourself.'
    : 'No mail is sent to this receiver and their status page has ended: tell them yourself.'
}

/** Payouts that this one may repeat: an approver must see them before writing why both are right. */
function SameRequests({ payouts }: { payouts: readonly Payout[] }) {
  const label = useTranslations('status.label')
  if (payouts.length === 0) return null
  return (
    <div className="mb-4 rounded-xl border border-warn/40 bg-warn-soft p-4 text-[0.9375rem] leading-6">
      <p className="font-medium">Asked for as well within a day</p>
      <ul>
        {payouts.map((payout) => (
          <li key={payout.id} className="flex flex-wrap items-center gap-x-3">
            <TextLink href={`/desk/payouts/${payout.id}`}>
              {displayAmount(payout.amountMinor, payout.currency)}
            </TextLink>
            <span className="text-ink-2">{label(payout.status)}</span>
            <Time at={payout.createdAt} />
          </li>
        ))}
      </ul>
    </div>
  )
}
