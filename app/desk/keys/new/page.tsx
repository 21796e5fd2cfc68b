import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { isolatedIfRtl } from '#lib/payouts/text.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { CreateForm } from './create-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('keys')
  return { title: t('new.title') }
}

export default async function NewKeyPage() {
  const actor = await requireActor('key.manage')
  const { people } = shown(await showKeys(await getDeps(), actor))
  const t = await getTranslations('keys.new')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <BrowserWords areas={['keys']}>
        <CreateForm
          owners={people.map(({ email, name }) => ({
            id: email,
            label: `${isolatedIfRtl(name)} (${email})`,
          }))}
        />
      </BrowserWords>
    </Page>
  )
}
