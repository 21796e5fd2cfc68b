import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_ui/alert.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { peekSignInLink } from '#lib/services/sign-in/use-sign-in-link.ts'
import { LinkButton } from './link-button.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signIn')
  return { title: t('title') }
}

/** Opening the page changes nothing, because mail programs open links to look at them; the button does. */
export default async function SignInLinkPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const link = await peekSignInLink(await getDeps(), token)
  const t = await getTranslations('signIn')
  return (
    <Page>
      <PageTitle>{t('title')}</PageTitle>
      <Card>
        {link.ok ? (
          <BrowserWords areas={['signIn']}>
            <LinkButton token={token} />
          </BrowserWords>
        ) : (
          <Alert tone="warn" title={t('linkOver')}>
            <a href="/sign-in" className="text-link">
              {t('newLink')}
            </a>
          </Alert>
        )}
      </Card>
    </Page>
  )
}
