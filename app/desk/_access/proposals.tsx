import { useTranslations } from 'next-intl'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { Section } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { ShownAccess } from '#lib/services/people/show-access.ts'
import { DecideAccess, WithdrawAccess } from './forms.tsx'

/** Proposals that wait for a second admin, or for their time: who made them, when they take effect, and who decides. */
export function AccessProposals({ proposals }: { proposals: readonly ShownAccess[] }) {
  const t = useTranslations('access')
  if (proposals.length === 0) return null
  return (
    <Section id="proposals" title={t('title')}>
      <BrowserWords areas={['access']}>
        <ul className="mb-10 space-y-3">
          {proposals.map((proposal) => (
            <Proposal key={proposal.id} proposal={proposal} />
          ))}
        </ul>
      </BrowserWords>
    </Section>
  )
}

function Proposal({ proposal }: { proposal: ShownAccess }) {
  const t = useTranslations('access')
  const { id, words, dueAt } = proposal
  return (
    <li className="rounded-2xl border border-line bg-surface p-4 text-[0.9375rem] leading-6 sm:p-5">
      <h3 className="font-medium break-words">
        <bdi>{words}</bdi>
      </h3>
      <p className="mt-1 text-ink-2">
        {t.rich('by', {
          name: () => <bdi>{proposal.proposedByName}</bdi>,
          at: () => <Time at={proposal.proposedAt} />,
        })}
      </p>
      <p className="mb-4 text-ink-2">
        {dueAt ? t.rich('alone', { at: () => <Time at={dueAt} /> }) : t('waits')}
      </p>
      {proposal.mayConfirm && <DecideAccess id={id} words={words} />}
      {proposal.mayWithdraw && <WithdrawAccess id={id} words={words} />}
    </li>
  )
}
