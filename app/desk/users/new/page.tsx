import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { requireActor } from '#app/_server/session.ts'
import { roles } from '#lib/payouts/permissions.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { InviteForm } from './invite-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('users')
  return { title: t('invite.title') }
}

export default async function InvitePage() {
  const actor = await requireActor('user.manage')
  const [t, role] = [await getTranslations('users.invite'), await getTranslations('site.role')]
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Card>
        <BrowserWords areas={['users']}>
          <InviteForm roles={roles.map((value) => ({ value, text: role(value) }))} />
        </BrowserWords>
      </Card>
    </Page>
  )
}
