import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { RevokeForm } from './revoke-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('keys')
  return { title: t('revoke.page') }
}

export default async function KeyPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor('key.manage')
  const { id } = await params
  const { keys } = shown(await showKeys(await getDeps(), actor))
  const key = keys.find((one) => one.id === id)
  if (!key) notFound()
  const t = await getTranslations('keys.revoke')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t.rich('title', { name: () => <bdi>{key.name}</bdi> })}</PageTitle>
      <Card>
        {key.state === 'revoked' ? (
          <p>{t('already')}</p>
        ) : (
          <BrowserWords areas={['keys']}>
            <RevokeForm id={key.id} />
          </BrowserWords>
        )}
      </Card>
    </Page>
  )
}
