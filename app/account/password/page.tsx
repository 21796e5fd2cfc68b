import type { Metadata } from 'next'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showAccount } from '#lib/services/sign-in/show-account.ts'
import { sessionHere } from '#app/_server/session-here.ts'
import { PasswordForm } from './password-form.tsx'

export const metadata: Metadata = { title: 'Your password' }

export default async function PasswordPage() {
  const actor = await requireActor()
  const { account } = shown(await showAccount(await getDeps(), actor, { token: await sessionHere() }))
  return (
    <Page>
      <PageTitle lead="Every other session of yours ends when it is changed.">Your password</PageTitle>
      <Card>
        <PasswordForm hasPassword={account.hasPassword} needsCode={account.role !== 'receiver'} />
      </Card>
    </Page>
  )
}
