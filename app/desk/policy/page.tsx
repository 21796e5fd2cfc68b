import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Tag } from '#app/_ui/badge.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
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

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('policy')
  return { title: t('title') }
}

/** Who must agree to what, for everybody at the desk; administrators propose changes and confirm each other's. */
export default async function PolicyPage() {
  const actor = await requireActor('policy.see')
  const deps = await getDeps()
  const policy = shown(await showPolicy(deps, actor))
  const { active, proposal } = policy
  const currencies = await currenciesPaid(deps)
  const t = await getTranslations('policy')
  const parts = [
    ...(proposal ? (['proposal'] as const) : []),
    'inForce' as const,
    ...(policy.mayPropose ? (['propose'] as const) : []),
    'history' as const,
  ]
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <nav aria-label={t('contents')} className="mb-8">
        <ul className="flex flex-wrap gap-x-6 text-[0.9375rem]">
          {parts.map((part) => (
            <li key={part}>
              <a href={`#${part}`} className="text-link inline-flex min-h-8 items-center">
                {t(`section.${part}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {proposal && (
        <Section id="proposal" title={t('section.proposal')}>
          <BrowserWords areas={['policy']}>
            <Proposal proposal={proposal} />
          </BrowserWords>
        </Section>
      )}
      <Section id="inForce" title={t('section.inForce')} aside={<Since policy={policy} />}>
        <div className="grid items-start gap-4 md:grid-cols-2">
          {currencies.map((currency) => (
            <Card key={currency}>
              <h3 className="mb-4 font-semibold">{currency}</h3>
              <CurrencyPolicyText policy={active.body} currency={currency} />
            </Card>
          ))}
          <Card>
            <h3 className="mb-4 font-semibold">{t('checks')}</h3>
            <RiskPolicyText policy={active.body} />
          </Card>
          <Card>
            <h3 className="mb-4 font-semibold">{t('settings.title')}</h3>
            <OperatorSettings settings={policy.settings} />
          </Card>
        </div>
      </Section>
      {policy.mayPropose && (
        <Section id="propose" title={t('section.propose')}>
          <Card>
            <BrowserWords areas={['policy', 'risk']}>
              <PolicyForm initial={draftOf(active.body, currencies)} />
            </BrowserWords>
          </Card>
        </Section>
      )}
      {!may(actor, 'policy.manage') && (
        <p className="mt-6 text-[0.9375rem] text-ink-2">{t('adminsPropose')}</p>
      )}
      <Section id="history" title={t('section.history')}>
        <Versions versions={policy.versions.filter(({ decision }) => decision !== null)} />
      </Section>
    </Page>
  )
}

function Since({ policy: { active, inForce } }: { policy: ShownPolicy }) {
  const t = useTranslations('policy')
  if (!inForce) return t('notSet')
  const { version } = active
  return t.rich('since', { version, time: () => <Time at={inForce.decidedAt ?? inForce.proposedAt} /> })
}

function Versions({ versions }: { versions: ShownPolicy['versions'] }) {
  const t = useTranslations('policy.version')
  if (versions.length === 0) return <Empty title={t('none')} />
  return (
    <ul className="space-y-3">
      {versions.map((version) => (
        <li
          key={version.version}
          className="rounded-2xl border border-line bg-surface p-4 text-[0.9375rem] leading-6 sm:p-5"
        >
          <p className="flex flex-wrap items-center justify-between gap-x-3">
            <span className="font-medium">
              {t.rich('by', {
                version: version.version,
                name: () => <bdi>{version.proposedByName}</bdi>,
                time: () => <Time at={version.proposedAt} />,
              })}
            </span>
            {version.active && <Tag look="bg-good-soft text-good" icon="check" text={t('active')} />}
          </p>
          <p className="whitespace-pre-line text-ink-2">
            <bdi>{version.reason}</bdi>
          </p>
          <Decided version={version} />
          <Fold title={t('changed')} quiet>
            <div className="mt-3">
              <ChangesList changes={version.changes} />
            </div>
          </Fold>
        </li>
      ))}
    </ul>
  )
}

function Decided({
  version: { decision, decidedAt, decidedByName },
}: {
  version: ShownPolicy['versions'][number]
}) {
  const t = useTranslations('policy.version')
  if (decision === null || decidedAt === null) return null
  return (
    <p className="text-ink-2">
      {t.rich(`decided.${decision}`, {
        name: () => <bdi>{decidedByName}</bdi>,
        time: () => <Time at={decidedAt} />,
      })}
    </p>
  )
}
