import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { currentActor } from '#app/_server/session.ts'
import { showAttempt } from '#lib/services/sign-in/sign-in-attempts.ts'
import { attemptHere } from '../enter.ts'
import { pathAfterSignIn } from '../path-after-sign-in.ts'
import { CodeForm } from './code-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signIn')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The second half of signing in, for somebody who has just given the right password. */
export default async function SignInCodePage({ searchParams }: Props) {
  const { next } = await searchParams
  const wanted = typeof next === 'string' ? next : ''
  const actor = await currentActor()
  if (actor.kind === 'user') redirect(pathAfterSignIn(actor.role, wanted))
  const attempt = await showAttempt(await getDeps(), await attemptHere())
  if (!attempt.ok || attempt.offered) redirect('/sign-in')
  const t = await getTranslations('signIn')
  return (
    <Page>
      <PageTitle lead={t.rich('codeLead', { email: () => <bdi>{attempt.email}</bdi> })}>
        {t('title')}
      </PageTitle>
      <Card>
        <BrowserWords areas={['signIn']}>
          <CodeForm next={wanted} />
        </BrowserWords>
      </Card>
      <p className="mt-6 text-[0.9375rem] text-ink-2">{t('lostPhone')}</p>
    </Page>
  )
}
