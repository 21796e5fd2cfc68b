import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { ShownProposal } from '#lib/services/policy/show-policy.ts'
import { ChangesList } from './changes-list.tsx'
import { DecideForm, WithdrawForm } from './decide-forms.tsx'
import { RehearsalTable } from './rehearsal-table.tsx'

/** What is proposed, by whom and why, what it would have done, and who decides. */
export function Proposal({ proposal }: { proposal: ShownProposal }) {
  const { version, proposedByName, proposedAt, reason, changes, lacking } = proposal
  return (
    <Card>
      <p className="text-[0.9375rem] leading-6">
        <bdi className="font-medium">{proposedByName}</bdi> proposed version {version},{' '}
        <Time at={proposedAt} />:
      </p>
      <p className="mt-1 text-[0.9375rem] leading-6 whitespace-pre-line text-ink-2">
        <bdi>{reason}</bdi>
      </p>
      <div className="mt-5 border-t border-line pt-5">
        <ChangesList changes={changes} />
      </div>
      <div className="mt-5 border-t border-line pt-5">
        <RehearsalTable rehearsal={proposal.rehearsal} />
      </div>
      {lacking !== null && (
        <div className="mt-5">
          <Alert tone="warn" title="There are too few approvers for this policy.">
            <p>
              <bdi>{lacking}</bdi> Payouts that need more cannot be approved until there are.
            </p>
          </Alert>
        </div>
      )}
      <div className="mt-5 border-t border-line pt-5">
        {proposal.mayDecide && <DecideForm version={version} />}
        {proposal.mayWithdraw && (
          <>
            <p className="mb-3 text-[0.9375rem] leading-6 text-ink-2">
              You proposed this, so another administrator must confirm it.
            </p>
            <WithdrawForm version={version} />
          </>
        )}
        {!proposal.mayDecide && !proposal.mayWithdraw && (
          <p className="text-[0.9375rem] leading-6 text-ink-2">
            An administrator who did not propose it confirms or rejects it.
          </p>
        )}
      </div>
    </Card>
  )
}
