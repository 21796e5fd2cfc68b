import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { currentActor } from '#app/_server/session.ts'
import { showAttempt } from '#lib/services/sign-in/sign-in-attempts.ts'
import { attemptHere } from '../enter.ts'
import { pathAfterSignIn } from '../path-after-sign-in.ts'
import { CodeForm } from './code-form.tsx'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The second half of signing in, for somebody who has just given the right password. */
export default async function SignInCodePage({ searchParams }: Props) {
  const { next } = await searchParams
  const wanted = typeof next === 'string' ? next : ''
  const actor = await currentActor()
  if (actor.kind === 'user') redirect(pathAfterSignIn(actor.role, wanted))
  const attempt = await showAttempt(await getDeps(), await attemptHere())
  if (!attempt.ok || attempt.offered) redirect('/sign-in')
  return (
    <Page>
      <PageTitle
        lead={
          <>
            For <bdi>{attempt.email}</bdi>: the second step, so that a password alone opens nothing.
          </>
        }
      >
        Sign in
      </PageTitle>
      <Card>
        <CodeForm next={wanted} />
      </Card>
      <p className="mt-6 text-[0.9375rem] text-ink-2">
        Lost your phone? Enter one of your recovery codes instead. No codes either? An administrator can reset
        your second factor.
      </p>
    </Page>
  )
}
