import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { receiverCookie } from '#app/_server/session-options.ts'
import { currentActor } from '#app/_server/session.ts'
import { phraseFor } from '#lib/services/sign-in/known-receiver.ts'
import { LinkForm, PasswordForm } from './sign-in-forms.tsx'
import { pathAfterSignIn } from './path-after-sign-in.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signIn')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInPage({ searchParams }: Props) {
  const { next } = await searchParams
  const wanted = typeof next === 'string' ? next : ''
  const actor = await currentActor()
  if (actor.kind === 'user') redirect(pathAfterSignIn(actor.role, wanted))
  const t = await getTranslations('signIn')
  const { name } = await receiverCookie()
  const phrase = await phraseFor(await getDeps(), (await cookies()).get(name)?.value)
  return (
    <Page>
      <PageTitle>{t('title')}</PageTitle>
      {phrase !== null && (
        <p className="mb-6 break-words">
          {t.rich('phrase', {
            phrase: () => (
              <strong>
                <bdi>{phrase}</bdi>
              </strong>
            ),
          })}
        </p>
      )}
      <BrowserWords areas={['signIn']}>
        <Card>
          <PasswordForm next={wanted} />
        </Card>
        <Card className="mt-6">
          <h2 className="text-lg font-semibold tracking-tight">{t('noPassword')}</h2>
          <p className="mt-1 mb-5 text-[0.9375rem] text-ink-2">{t('linkLead')}</p>
          <LinkForm />
        </Card>
      </BrowserWords>
    </Page>
  )
}
