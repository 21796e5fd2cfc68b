import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { forbidden } from 'next/navigation'
import { Page } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { requireActor } from '#app/_server/session.ts'
import { RenewCodes } from './renew-codes.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('account')
  return { title: t('codes.title') }
}

export default async function RecoveryCodesPage() {
  const actor = await requireActor()
  if (actor.role === 'receiver') forbidden()
  return (
    <Page>
      <BrowserWords areas={['account', 'factor']}>
        <RenewCodes />
      </BrowserWords>
    </Page>
  )
}
