import { useTranslations } from 'next-intl'
import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { ShownProposal } from '#lib/services/policy/show-policy.ts'
import { ChangesList } from './changes-list.tsx'
import { DecidePolicy, WithdrawForm } from './decide-forms.tsx'
import { RehearsalTable } from './rehearsal-table.tsx'

/** What is proposed, by whom and why, what it would have done, and who decides. */
export function Proposal({ proposal }: { proposal: ShownProposal }) {
  const { version, proposedByName, proposedAt, reason, changes, lacking } = proposal
  const t = useTranslations('policy.proposal')
  return (
    <Card>
      <p className="text-[0.9375rem] leading-6">
        {t.rich('by', {
          version,
          name: () => <bdi className="font-medium">{proposedByName}</bdi>,
          time: () => <Time at={proposedAt} />,
        })}
      </p>
      <p className="mt-1 text-[0.9375rem] leading-6 whitespace-pre-line text-ink-2">
        <bdi>{reason}</bdi>
      </p>
      <div className="mt-5 grid gap-x-12 gap-y-5 border-t border-line pt-5 lg:grid-cols-2">
        <ChangesList changes={changes} />
        <RehearsalTable rehearsal={proposal.rehearsal} />
      </div>
      {lacking !== null && (
        <div className="mt-5">
          <Alert tone="warn" title={t('few')}>
            <p>{t('fewText', lacking)}</p>
          </Alert>
        </div>
      )}
      <div className="mt-5 border-t border-line pt-5">
        {proposal.mayDecide && <DecidePolicy version={version} />}
        {proposal.mayWithdraw && (
          <>
            <p className="mb-3 text-[0.9375rem] leading-6 text-ink-2">{t('own')}</p>
            <WithdrawForm version={version} />
          </>
        )}
        {!proposal.mayDecide && !proposal.mayWithdraw && (
          <p className="text-[0.9375rem] leading-6 text-ink-2">{t('others')}</p>
        )}
      </div>
    </Card>
  )
}
