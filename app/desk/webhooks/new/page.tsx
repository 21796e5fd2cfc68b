import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { isolatedIfRtl } from '#lib/payouts/text.ts'
import { listTargets } from '#lib/services/webhook/show-targets.ts'
import { TargetForm } from './target-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('webhooks.form')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** A new target; with `id`, what one that exists should become. */
export default async function NewWebhookPage({ searchParams }: Props) {
  const actor = await requireActor('webhook.manage')
  const { targets, people } = shown(await listTargets(await getDeps(), actor))
  const { id, kind } = await searchParams
  const target = id === undefined ? null : targets.find((one) => one.id === id)
  if (target === undefined) notFound()
  const t = await getTranslations('webhooks.form')
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>
        {target ? t.rich('change', { name: () => <bdi>{target.name}</bdi> }) : t('title')}
      </PageTitle>
      <BrowserWords areas={['webhooks', 'account']}>
        <TargetForm
          target={
            target && {
              id: target.id,
              name: target.name,
              kind: target.kind,
              events: target.events,
              chat: target.chat,
              owner: target.ownerEmail ?? '',
            }
          }
          kind={kind === 'chat' ? 'chat' : 'signed'}
          locale={await getLocale()}
          zones={[...new Set(['UTC', target?.chat?.zone ?? 'UTC', ...Intl.supportedValuesOf('timeZone')])]}
          owners={people.map(({ email, name }) => ({
            id: email,
            label: `${isolatedIfRtl(name)} (${email})`,
          }))}
        />
      </BrowserWords>
    </Page>
  )
}
