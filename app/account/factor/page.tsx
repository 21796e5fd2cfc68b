import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { forbidden } from 'next/navigation'
import { Page } from '#app/_ui/card.tsx'
import { FactorOffer } from '#app/_ui/factor/factor-offer.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { attemptHere } from '#app/sign-in/enter.ts'
import { showAttempt } from '#lib/services/sign-in/sign-in-attempts.ts'
import { ReplaceFactor } from './replace-factor.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('account')
  return { title: t('factor.title') }
}

/** First a code of the old authenticator, then one of the new. */
export default async function FactorPage() {
  const actor = await requireActor()
  if (actor.role === 'receiver') forbidden()
  const attempt = await showAttempt(await getDeps(), await attemptHere())
  const offered = attempt.ok ? attempt.offered : null
  return (
    <Page>
      <BrowserWords areas={['account', 'factor']}>
        <ReplaceFactor offer={offered && <FactorOffer {...offered} />} />
      </BrowserWords>
    </Page>
  )
}
