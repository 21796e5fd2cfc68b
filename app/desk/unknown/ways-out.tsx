import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Fold } from '#app/_ui/fold.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { Settlement } from '#lib/services/ports.ts'
import type { UnknownPayout } from '#lib/services/settlement/show-unknown.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { ConfirmForm, ProposeForm, WithdrawForm } from './settle-forms.tsx'

/** Either Cardzo's own answer, or two people. Sending again is not a way out. */
export function WaysOut({ one, actorId }: { one: UnknownPayout; actorId: string }) {
  const t = useTranslations('unknown')
  const { proposal } = one
  const b = (text: ReactNode) => <span className="font-medium text-ink">{text}</span>
  return (
    <div className="space-y-4 text-[0.9375rem] leading-6">
      <p className="text-ink-2">{t.rich('resolve.cardzo', { b })}</p>
      <p className="text-ink-2">{t.rich('resolve.people', { b })}</p>
      {proposal ? <Proposal one={one} proposal={proposal} actorId={actorId} /> : <Propose one={one} />}
      {one.earlier.map((settlement) => (
        <p key={settlement.id} className="text-sm text-ink-3">
          <span>
            {t.rich('earlier.proposed', {
              name: () => <bdi>{settlement.proposedByName}</bdi>,
              outcome: settlement.outcome,
              time: () => <Time at={settlement.proposedAt} />,
            })}
          </span>{' '}
          <End settlement={settlement} />
        </p>
      ))}
    </div>
  )
}

/** How an earlier proposal ended. */
function End({ settlement }: { settlement: Settlement }) {
  const t = useTranslations('unknown.earlier')
  const { decision, proposedById, decidedById, decidedByName } = settlement
  const name = () => <bdi>{decidedByName ?? t('someone')}</bdi>
  switch (decision) {
    case null:
      return <span>{t('waiting')}</span>
    case 'overtaken':
      return <span>{t('overtaken')}</span>
    case 'confirmed':
      return <span>{t.rich('confirmed', { name })}</span>
    case 'withdrawn':
      return <span>{decidedById === proposedById ? t('withdrawn') : t.rich('declined', { name })}</span>
  }
}

function Propose({ one }: { one: UnknownPayout }) {
  const t = useTranslations('unknown')
  const { payout, settleRefusal, fresh } = one
  if (settleRefusal !== null) return <p className="text-ink-2">{t(`refusal.${settleRefusal}`)}</p>
  if (!fresh) return <p className="text-ink-2">{t('resolve.stale')}</p>
  return (
    <Fold title={t('resolve.propose')}>
      <ProposeForm id={payout.id} version={payout.version} name={receiverName(payout.receiver)} />
    </Fold>
  )
}

function Proposal({ one, proposal, actorId }: { one: UnknownPayout; proposal: Settlement; actorId: string }) {
  const t = useTranslations('unknown')
  const { payout, settleRefusal, fresh } = one
  const ids = { id: payout.id, settlementId: proposal.id }
  const mayWithdraw = settleRefusal === null || settleRefusal === 'same_person'
  return (
    <div className="rounded-xl border border-warn/40 bg-warn-soft p-4">
      <p className="font-medium">
        {t.rich('resolve.proposes', {
          name: () => <bdi>{proposal.proposedByName}</bdi>,
          outcome: proposal.outcome,
        })}
      </p>
      <p className="text-sm text-ink-2">
        <Time at={proposal.proposedAt} seconds />
      </p>
      <p className="mt-2 break-words whitespace-pre-line">
        <bdi>{proposal.reason}</bdi>
      </p>
      <p className="mt-2 break-words whitespace-pre-line text-ink-2">
        {t.rich('resolve.evidence', { text: () => <bdi>{proposal.evidence}</bdi> })}
      </p>
      <div className="mt-4 space-y-3">
        {settleRefusal !== null && <p className="text-ink-2">{t(`refusal.${settleRefusal}`)}</p>}
        {settleRefusal === null && !fresh && <p className="text-ink-2">{t('resolve.stale')}</p>}
        {one.contradicts[proposal.outcome] && <p className="text-bad">{t('resolve.contradicts')}</p>}
        {settleRefusal === null && fresh && (
          <ConfirmForm {...ids} version={payout.version} outcome={proposal.outcome} />
        )}
        {mayWithdraw && <WithdrawForm {...ids} own={proposal.proposedById === actorId} />}
      </div>
    </div>
  )
}
