import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { countDone, firstRunLines, showFirstRun } from '#lib/services/desk/show-first-run.ts'
import { FirstRunList } from './list.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('firstRun')
  return { title: t('title') }
}

/** The checklist of a new installation, whether it is done or not. */
export default async function FirstRunPage() {
  const actor = await requireActor('settings.propose')
  const [t, settings] = await Promise.all([getTranslations('firstRun'), getTranslations('settings')])
  const { list } = shown(await showFirstRun(await getDeps(), actor))
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/settings">{settings('title')}</BackLink>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Section id="list" title={t('count', { done: countDone(list), all: firstRunLines.length })}>
        <FirstRunList list={list} />
      </Section>
    </Page>
  )
}
