import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showAccount } from '#lib/services/sign-in/show-account.ts'
import { sessionHere } from '#app/_server/session-here.ts'
import { PasswordForm } from './password-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('account')
  return { title: t('password.title') }
}

export default async function PasswordPage() {
  const actor = await requireActor()
  const t = await getTranslations('account.password')
  const { account } = shown(await showAccount(await getDeps(), actor, { token: await sessionHere() }))
  return (
    <Page>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Card>
        <BrowserWords areas={['account']}>
          <PasswordForm hasPassword={account.hasPassword} needsCode={account.role !== 'receiver'} />
        </BrowserWords>
      </Card>
    </Page>
  )
}
