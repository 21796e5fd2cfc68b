import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { currentActor } from '#app/_server/session.ts'
import { LinkForm, PasswordForm } from './sign-in-forms.tsx'
import { pathAfterSignIn } from './path-after-sign-in.ts'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInPage({ searchParams }: Props) {
  const { next } = await searchParams
  const wanted = typeof next === 'string' ? next : ''
  const actor = await currentActor()
  if (actor.kind === 'user') redirect(pathAfterSignIn(actor.role, wanted))
  return (
    <Page>
      <PageTitle>Sign in</PageTitle>
      <Card>
        <PasswordForm next={wanted} />
      </Card>
      <Card className="mt-6">
        <h2 className="text-lg font-semibold tracking-tight">No password?</h2>
        <p className="mt-1 mb-5 text-[0.9375rem] text-ink-2">
          If you receive payouts from us, we can mail you a link that signs you in.
        </p>
        <LinkForm />
      </Card>
    </Page>
  )
}
