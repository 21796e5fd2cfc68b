import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { Page } from '#app/_ui/card.tsx'
import { FactorOffer } from '#app/_ui/factor/factor-offer.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { currentActor } from '#app/_server/session.ts'
import { showAttempt } from '#lib/services/sign-in/sign-in-attempts.ts'
import { attemptHere } from '../enter.ts'
import { SetUpForm } from './set-up-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signIn')
  return { title: t('setUp.title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/**
 * For staff who have no second factor yet. Once it is set up they are signed in, and the page comes again with the recovery codes: it
 * must not lead on before they have seen them.
 */
export default async function SetUpPage({ searchParams }: Props) {
  const { next } = await searchParams
  const wanted = typeof next === 'string' ? next : ''
  const actor = await currentActor()
  if (actor.kind === 'user' && actor.role === 'receiver') redirect('/')
  const attempt = await showAttempt(await getDeps(), await attemptHere())
  const offered = actor.kind !== 'user' && attempt.ok ? attempt.offered : null
  if (actor.kind !== 'user' && !offered) redirect('/sign-in')
  return (
    <Page>
      <BrowserWords areas={['signIn', 'factor']}>
        <SetUpForm next={wanted} offer={offered && <FactorOffer {...offered} />} />
      </BrowserWords>
    </Page>
  )
}
