import type { Metadata } from 'next'
import { Alert } from '#app/_ui/alert.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { peekInvitation } from '#lib/services/people/accept-invitation.ts'
import { AcceptForm } from './accept-form.tsx'

export const metadata: Metadata = { title: 'Invitation' }

/** Opening the page changes nothing, because mail programs open links to look at them; the button does. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const invitation = await peekInvitation(await getDeps(), token)
  return (
    <Page>
      <PageTitle
        lead={
          invitation.ok && (
            <>
              <bdi>{invitation.invitedByName}</bdi> has invited you, <bdi>{invitation.name}</bdi>.
            </>
          )
        }
      >
        Choose your password
      </PageTitle>
      <Card>
        {invitation.ok ? (
          <AcceptForm token={token} email={invitation.email} />
        ) : (
          <Alert tone="warn" title="This invitation was used or is too old.">
            Ask an administrator for a new one, or{' '}
            <a href="/sign-in" className="text-link">
              sign in
            </a>
            .
          </Alert>
        )}
      </Card>
    </Page>
  )
}
