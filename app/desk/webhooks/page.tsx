import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getLocale, getTranslations } from 'next-intl/server'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { Tag } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { AccessDone } from '#app/desk/_access/done.tsx'
import { AccessProposals } from '#app/desk/_access/proposals.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { may } from '#lib/payouts/permissions.ts'
import { showAccess } from '#lib/services/people/show-access.ts'
import type { WebhookTarget } from '#lib/services/ports.ts'
import { listTargets } from '#lib/services/webhook/show-targets.ts'
import { looks, stateOf } from './target-state.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('webhooks')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Where events are sent, and the proposals about it. */
export default async function WebhooksPage({ searchParams }: Props) {
  const actor = await requireActor('webhook.see')
  const deps = await getDeps()
  const { targets } = shown(await listTargets(deps, actor))
  const { proposals } = shown(await showAccess(deps, actor, await getLocale()))
  const { done } = await searchParams
  const t = await getTranslations('webhooks')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <div className="flex items-start justify-between gap-x-6 max-sm:mb-6 max-sm:flex-wrap [&>a]:shrink-0">
        <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
        {may(actor, 'webhook.manage') && <ButtonLink href="/desk/webhooks/new">{t('create')}</ButtonLink>}
      </div>
      {done === 'remove' && <DoneAlert title={t('target.done.remove')} />}
      <AccessDone done={done} />
      <AccessProposals proposals={proposals.filter(({ page }) => page === '/desk/webhooks')} />
      {targets.length === 0 ? (
        <Empty title={t('none')} />
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {targets.map((target) => (
            <Row key={target.id} target={target} />
          ))}
        </ul>
      )}
    </Page>
  )
}

function Row({ target }: { target: WebhookTarget }) {
  const t = useTranslations('webhooks')
  const state = stateOf(target)
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-4 text-[0.9375rem]">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium break-words">
            <bdi>{target.name}</bdi>
          </span>
          <Tag {...looks[state]} text={t(`state.${state}`)} />
        </p>
        <p className="mt-1 text-sm break-all text-ink-2">
          <bdi>{target.addressShown}</bdi>
        </p>
        <p className="flex flex-wrap gap-x-4 text-sm text-ink-3">
          <span>{t(`kind.${target.kind}`)}</span>
          <span>{t('waiting', { n: target.waiting })}</span>
          {target.ownerName !== null && (
            <span>{t.rich('owned', { name: () => <bdi>{target.ownerName}</bdi> })}</span>
          )}
        </p>
      </div>
      <ButtonLink href={`/desk/webhooks/${target.id}`} look="secondary">
        {t('open')}
        <span className="sr-only">
          {' '}
          <bdi>{target.name}</bdi>
        </span>
      </ButtonLink>
    </li>
  )
}
