import type { Metadata } from 'next'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showPolicy } from '#lib/services/policy/show-policy.ts'
import type { ShownPolicy } from '#lib/services/policy/show-policy.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ChangesList } from './changes-list.tsx'
import { draftOf } from './draft.ts'
import { CurrencyPolicyText, OperatorSettings, RiskPolicyText } from './in-force.tsx'
import { Proposal } from './proposal.tsx'
import { PolicyForm } from './policy-form.tsx'

export const metadata: Metadata = { title: 'Policy' }

/** Who must agree to what, for everybody at the desk; administrators propose changes and confirm each other's. */
export default async function PolicyPage() {
  const actor = await requireActor('policy.see')
  const deps = await getDeps()
  const policy = shown(await showPolicy(deps, actor))
  const { active, proposal } = policy
  const { currencies } = deps.config
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="Who must agree to which payout, what needs nobody, and what is too much. A payout keeps the policy it started with.">
        Policy
      </PageTitle>
      {proposal && (
        <Section id="proposal" title="A change waits for a second administrator">
          <Proposal proposal={proposal} />
        </Section>
      )}
      <Section id="in-force" title="In force" aside={<Since policy={policy} />}>
        <div className="space-y-4">
          {currencies.map((currency) => (
            <Card key={currency}>
              <h3 className="mb-4 font-semibold">{currency}</h3>
              <CurrencyPolicyText policy={active.body} currency={currency} />
            </Card>
          ))}
          <Card>
            <h3 className="mb-3 font-semibold">Checks</h3>
            <RiskPolicyText policy={active.body} />
          </Card>
          <Card>
            <h3 className="mb-4 font-semibold">Set by the operator</h3>
            <OperatorSettings settings={policy.settings} />
          </Card>
        </div>
      </Section>
      {policy.mayPropose && (
        <Section id="propose" title="Propose a change">
          <Card>
            <PolicyForm initial={draftOf(active.body, currencies)} />
          </Card>
        </Section>
      )}
      {!may(actor, 'policy.manage') && (
        <p className="mt-6 text-[0.9375rem] text-ink-2">Administrators can propose changes.</p>
      )}
      <Section id="versions" title="History">
        <Versions versions={policy.versions.filter(({ decision }) => decision !== null)} />
      </Section>
    </Page>
  )
}

function Since({ policy: { active, inForce } }: { policy: ShownPolicy }) {
  if (!inForce) return 'Nobody has set a policy yet'
  return (
    <>
      Version {active.version}, since <Time at={inForce.decidedAt ?? inForce.proposedAt} />
    </>
  )
}

const decisions = { confirmed: 'Confirmed', rejected: 'Rejected', withdrawn: 'Withdrawn' } as const

function Versions({ versions }: { versions: ShownPolicy['versions'] }) {
  if (versions.length === 0) return <Empty title="No versions yet" />
  return (
    <ul className="space-y-3">
      {versions.map((version) => (
        <li
          key={version.version}
          className="rounded-2xl border border-line bg-surface p-4 text-[0.9375rem] leading-6 sm:p-5"
        >
          <p>
            <span className="font-medium">Version {version.version}</span>
            <span>{version.active && ', in force'}</span>: <bdi>{version.proposedByName}</bdi>,{' '}
            <Time at={version.proposedAt} />
          </p>
          <p className="whitespace-pre-line text-ink-2">
            <bdi>{version.reason}</bdi>
          </p>
          {version.decision !== null && version.decidedAt !== null && (
            <p className="text-ink-2">
              {decisions[version.decision]} by <bdi>{version.decidedByName}</bdi>,{' '}
              <Time at={version.decidedAt} />
            </p>
          )}
          <Fold title="What it changed" quiet>
            <div className="mt-3">
              <ChangesList changes={version.changes} />
            </div>
          </Fold>
        </li>
      ))}
    </ul>
  )
}
