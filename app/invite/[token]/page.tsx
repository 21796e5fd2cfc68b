import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_ui/alert.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { peekInvitation } from '#lib/services/people/accept-invitation.ts'
import { AcceptForm } from './accept-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('invite')
  return { title: t('title') }
}

/** Opening the page changes nothing, because mail programs open links to look at them; the button does. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const t = await getTranslations('invite')
  const invitation = await peekInvitation(await getDeps(), token)
  return (
    <Page>
      <PageTitle
        lead={
          invitation.ok &&
          t.rich('lead', {
            by: () => <bdi>{invitation.invitedByName}</bdi>,
            name: () => <bdi>{invitation.name}</bdi>,
          })
        }
      >
        {t('choose')}
      </PageTitle>
      <Card>
        {invitation.ok ? (
          <BrowserWords areas={['invite']}>
            <AcceptForm token={token} email={invitation.email} />
          </BrowserWords>
        ) : (
          <Alert tone="warn" title={t('overTitle')}>
            {t.rich('overText', {
              link: (text) => (
                <a href="/sign-in" className="text-link">
                  {text}
                </a>
              ),
            })}
          </Alert>
        )}
      </Card>
    </Page>
  )
}
