import type { Metadata } from 'next'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { getTranslations } from 'next-intl/server'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showReceiver } from '#lib/services/payout/change-receiver.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ChangeForm } from './change-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('receivers')
  return { title: t('form.title') }
}

type Props = { params: Promise<{ id: string }> }

/** A receiver's data, for clerks to correct. */
export default async function ChangeReceiverPage({ params }: Props) {
  const actor = await requireActor('receiver.change')
  const [{ id }, t] = [await params, await getTranslations('receivers')]
  const { receiver } = shown(await showReceiver(await getDeps(), actor, { id }))
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href={`/desk/receivers/${receiver.id}`}>{t('form.back')}</BackLink>
      <PageTitle lead={t('form.lead')}>
        <span className="block">{t('form.title')}</span>
        <span className="block font-mono text-base font-normal text-ink-2">
          <bdi>{receiver.externalId}</bdi>
        </span>
      </PageTitle>
      <Card>
        <BrowserWords areas={['receivers']}>
          <ChangeForm
            key={JSON.stringify(receiver)}
            id={receiver.id}
            known={{
              email: receiver.email ?? '',
              firstName: receiver.firstName ?? '',
              lastName: receiver.lastName ?? '',
            }}
          />
        </BrowserWords>
      </Card>
    </Page>
  )
}
