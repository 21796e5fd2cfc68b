import { useTranslations } from 'next-intl'
import { Account, Amount, Money } from '#app/_ui/amount.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { Time } from '#app/_ui/time.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { DecisionRefusal } from '#lib/payouts/permissions.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import type { Payout } from '#lib/services/ports.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { BalanceCover } from '#app/desk/_ui/balance-cover.tsx'
import { Validated } from '#app/desk/_ui/validated.tsx'
import type { Onward } from '#app/desk/payouts/_list/list-address.ts'
import { Approvals } from './approvals.tsx'
import { Countdown } from './countdown.tsx'
import { ApproveForm, RejectForm, UndoForm } from './decision-forms.tsx'
import { WhileSame } from './while-same.tsx'

/** Repeats what is decided on right above the buttons; without buttons, says why there are none. */
export function Decision({ desk, onward }: { desk: DeskPayout; onward: Onward }) {
  const t = useTranslations('payout')
  const { payout, buttons } = desk
  const mayApprove = buttons.includes('approve')
  const mayReject = buttons.includes('reject')
  return (
    <Card>
      <h2 className="text-lg font-semibold tracking-tight">{t('decision.title')}</h2>
      {(mayApprove || mayReject) && <Summary payout={payout} />}
      <Expiry payout={payout} />
      <Approvals {...desk} />
      <WhileSame key={desk.mark} id={payout.id} mark={desk.mark}>
        <div className="mt-5 border-t border-line pt-5">
          {!mayApprove && !desk.waitsUntil && (
            <p className="text-[0.9375rem] leading-6 text-ink-2">
              <NoButton desk={desk} />
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
            <p className="mb-3 text-[0.9375rem] leading-6 text-ink-2">{t('paused')}</p>
          )}
          {mayApprove && <BalanceCover covers={desk.covers} />}
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
              told={t(`told.${howTold(desk)}`)}
              onward={onward}
            />
          </div>
        )}
      </WhileSame>
    </Card>
  )
}

function Summary({ payout }: { payout: Payout }) {
  const t = useTranslations('payout')
  return (
    <div className="mt-3 rounded-xl bg-sunken p-4">
      <p className="text-2xl tracking-tight">
        <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
      </p>
      <p className="mt-1 text-[0.9375rem] text-ink-2">
        {t.rich('to', { name: () => <bdi className="text-ink">{receiverName(payout.receiver)}</bdi> })}
      </p>
      <p className="text-[0.9375rem] text-ink-2">
        {t.rich('decision.account', { account: () => <Account last4={payout.accountLast4} /> })}
      </p>
      <p className="mt-1 text-sm text-ink-2">
        <Validated at={payout.validatedAt} />
      </p>
    </div>
  )
}

function Expiry({ payout: { status, expiresAt } }: { payout: Payout }) {
  const t = useTranslations('payout.decision')
  if (status !== 'awaiting_approval' || expiresAt === null) return null
  return (
    <p className="mt-3 flex gap-2 text-sm leading-5 text-ink-2">
      <Icon name="clock" className="mt-0.5 size-4" />
      <span>{t.rich('expires', { at: () => <Time at={expiresAt} /> })}</span>
    </p>
  )
}

/** Approved, but not sent yet. */
function WaitsUntil({ until, mayUndo, paused }: { until: Date; mayUndo: boolean; paused: boolean }) {
  const t = useTranslations('payout')
  return (
    <div role="group" aria-label={t('decision.beforeSending')} className="text-[0.9375rem] leading-6">
      {paused ? (
        <p className="font-medium">{t('paused')}</p>
      ) : isFrozenUntil(until) ? (
        <p className="font-medium">{t('coolingOff.frozen')}</p>
      ) : (
        <Countdown at={until} leftMs={msUntil(until)} />
      )}
      <p className="mt-1 text-ink-2">{t(mayUndo ? 'decision.untilThenYou' : 'decision.untilThen')}</p>
    </div>
  )
}

const msUntil = (at: Date) => Math.max(0, at.getTime() - Date.now())

/** Why this person has no Approve button: they gave their approval, or they can't. */
function NoButton({ desk }: { desk: DeskPayout }) {
  const t = useTranslations('payout.decision')
  const { decisionRefusal, agreed, roleNeeded } = desk
  if (decisionRefusal === null && roleNeeded !== null) return t(`roleNeeded.${roleNeeded}`)
  if (decisionRefusal === null) {
    const missing = Math.max(1, agreed.needed ?? 1) - agreed.given
    return missing > 0 ? t('agreed', { n: missing }) : t('agreedRole')
  }
  return t(decisionRefusal === 'wrong_status' ? whyNow(desk) : refusals[decisionRefusal])
}

const refusals = {
  forbidden: 'forbidden',
  own_request: 'own',
  amount_differs: 'differs',
} as const satisfies Record<Exclude<DecisionRefusal, 'wrong_status'>, string>

/** By its status: too early, decided, sent or over. */
function whyNow({ payout: { status }, paused }: DeskPayout) {
  if (isFinal(status)) return 'over'
  if (status === 'approved') return paused ? 'approvedPaused' : 'approved'
  if (status === 'outcome_unknown') return 'unknown'
  return isBeforeClaim(status) ? 'early' : 'sent'
}

/** How the receiver learns of a decision. Staff must not believe that a mail was sent if none was. */
export function howTold({ mailsReceiver, view }: Pick<DeskPayout, 'mailsReceiver' | 'view'>) {
  const page = view.statusUrl !== null
  if (mailsReceiver) return page ? 'pageAndMail' : 'mail'
  return page ? 'page' : 'nothing'
}

/** Payouts that this one may repeat: an approver must see them before writing why both are right. */
function SameRequests({ payouts }: { payouts: readonly Payout[] }) {
  const [t, label] = [useTranslations('payout.decision'), useTranslations('status.label')]
  if (payouts.length === 0) return null
  return (
    <div className="mb-4 rounded-xl border border-warn/40 bg-warn-soft p-4 text-[0.9375rem] leading-6">
      <p className="font-medium">{t('same')}</p>
      <ul>
        {payouts.map((payout) => (
          <li key={payout.id} className="flex flex-wrap items-center gap-x-3">
            <TextLink href={`/desk/payouts/${payout.id}`}>
              <Money display={displayAmount(payout.amountMinor, payout.currency)} />
            </TextLink>
            <span className="text-ink-2">{label(payout.status)}</span>
            <Time at={payout.createdAt} />
          </li>
        ))}
      </ul>
    </div>
  )
}
