import type { Metadata } from 'next'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_ui/alert.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { mayBeErased, showErasure } from '#lib/services/receiver/erase-receiver.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { EraseForm } from './erase-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('receivers.erase')
  return { title: t('title') }
}

type Props = { params: Promise<{ id: string }> }

/** An admin proposes that what is known of a receiver goes; another one confirms it with the settings. */
export default async function EraseReceiverPage({ params }: Props) {
  const actor = await requireActor('settings.propose')
  const [{ id }, t, words] = [
    await params,
    await getTranslations('receivers.erase'),
    await getTranslations('receivers'),
  ]
  const { receiver, obstacles } = shown(await showErasure(await getDeps(), actor, { id }))
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href={`/desk/receivers/${receiver.id}`}>{words('form.back')}</BackLink>
      <PageTitle lead={t('lead')}>
        <span className="block">{t('title')}</span>
        <span className="block font-mono text-base font-normal text-ink-2">
          <bdi>{receiver.externalId}</bdi>
        </span>
      </PageTitle>
      <p className="mb-5 text-[0.9375rem] leading-6 text-ink-2">{t('stays')}</p>
      {mayBeErased(obstacles) ? (
        <Card>
          <BrowserWords areas={['receivers']}>
            <EraseForm id={receiver.id} />
          </BrowserWords>
        </Card>
      ) : (
        <Alert tone="warn" title={t('obstacles')}>
          {obstacles.open > 0 && <p>{t('open', { count: obstacles.open })}</p>}
          {obstacles.inDoubt > 0 && <p>{t('inDoubt', { count: obstacles.inDoubt })}</p>}
          {obstacles.balance && <p>{t('balance')}</p>}
        </Alert>
      )}
    </Page>
  )
}
