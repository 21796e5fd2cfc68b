import type { Metadata } from 'next'
import { Alert } from '#app/_ui/alert.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { peekSignInLink } from '#lib/services/sign-in/use-sign-in-link.ts'
import { LinkButton } from './link-button.tsx'

export const metadata: Metadata = { title: 'Sign in' }

/** Opening the page changes nothing, because mail programs open links to look at them; the button does. */
export default async function SignInLinkPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const link = await peekSignInLink(await getDeps(), token)
  return (
    <Page>
      <PageTitle>Sign in</PageTitle>
      <Card>
        {link.ok ? (
          <LinkButton token={token} />
        ) : (
          <Alert tone="warn" title="This sign-in link was used or is too old.">
            <a href="/sign-in" className="text-link">
              Ask for a new one
            </a>
          </Alert>
        )}
      </Card>
    </Page>
  )
}
