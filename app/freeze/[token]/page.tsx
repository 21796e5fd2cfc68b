import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Alert, DoneAlert } from '#app/_ui/alert.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { Contact } from '#app/_ui/contact.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { TextLink } from '#app/_ui/text-link.tsx'
import { showFreeze } from '#lib/services/destination/freeze-destination.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { FreezeButton } from './freeze-button.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('destinations')
  return { title: t('freezePage.title') }
}

/** From the mail about a new account. Opening the page changes nothing, because mail programs open links to look at them. */
export default async function FreezePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const found = await showFreeze(await getDeps(), token)
  const t = await getTranslations('destinations')
  return (
    <Page>
      <PageTitle>{t('freezePage.title')}</PageTitle>
      {!found.ok ? (
        <LinkOver />
      ) : found.destination.frozenAt ? (
        <DoneAlert title={t('freezePage.doneTitle')}>
          <p>{t('freezePage.done')}</p>
        </DoneAlert>
      ) : (
        <Card>
          <div className="space-y-5 text-[0.9375rem]">
            <p className="break-words">
              {t.rich('freezePage.text', { name: () => <bdi>{found.destination.label}</bdi> })}
            </p>
            <BrowserWords areas={['destinations']}>
              <FreezeButton token={token} />
            </BrowserWords>
            <p className="text-ink-2">{t('freezePage.wasMe')}</p>
          </div>
        </Card>
      )}
      <Contact className="mt-6" />
    </Page>
  )
}

function LinkOver() {
  const t = useTranslations('destinations')
  return (
    <Alert tone="warn" title={t('freezePage.over')}>
      <p>{t('freezePage.overText')}</p>
      <p className="mt-2">
        <TextLink href="/destinations">
          <span lang="en">{fixedNames.signIn}</span>
        </TextLink>
      </p>
    </Alert>
  )
}
