import { Section } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { ShownAccess } from '#lib/services/people/show-access.ts'
import { DecideAccess, WithdrawAccess } from './forms.tsx'

/** Proposals that wait for a second admin, or for their time: who made them, when they take effect, and who decides. */
export function AccessProposals({ proposals }: { proposals: readonly ShownAccess[] }) {
  if (proposals.length === 0) return null
  return (
    <Section id="proposals" title="Waits for a second admin">
      <ul className="mb-10 space-y-3">
        {proposals.map((proposal) => (
          <li
            key={proposal.id}
            className="rounded-2xl border border-line bg-surface p-4 text-[0.9375rem] leading-6 sm:p-5"
          >
            <h3 className="font-medium break-words">
              <bdi>{proposal.words}</bdi>
            </h3>
            <p className="mt-1 text-ink-2">
              Proposed by <bdi>{proposal.proposedByName}</bdi>, <Time at={proposal.proposedAt} />
            </p>
            <p className="mb-4 text-ink-2">
              {proposal.dueAt ? (
                <>
                  <span>No other admin could confirm it: it takes effect on </span>
                  <Time at={proposal.dueAt} />
                  <span>, unless it is withdrawn or declined. Everybody on staff was told by mail.</span>
                </>
              ) : (
                <span>It takes effect when another admin confirms it.</span>
              )}
            </p>
            {proposal.mayConfirm && <DecideAccess id={proposal.id} words={proposal.words} />}
            {proposal.mayWithdraw && <WithdrawAccess id={proposal.id} words={proposal.words} />}
          </li>
        ))}
      </ul>
    </Section>
  )
}
