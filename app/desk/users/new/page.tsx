import type { Metadata } from 'next'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { requireActor } from '#app/_server/session.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { InviteForm } from './invite-form.tsx'

export const metadata: Metadata = { title: 'Invite somebody' }

export default async function InvitePage() {
  const actor = await requireActor('user.manage')
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="A mail with a link goes out; it works once, for 72 hours. The person chooses a password and, as staff, sets up a second factor. To invite an approver or admin takes two: another admin confirms it first.">
        Invite somebody
      </PageTitle>
      <Card>
        <InviteForm />
      </Card>
    </Page>
  )
}
