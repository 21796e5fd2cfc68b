import type { Metadata } from 'next'
import { forbidden } from 'next/navigation'
import { Page } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { requireActor } from '#app/_server/session.ts'
import { RenewCodes } from './renew-codes.tsx'

export const metadata: Metadata = { title: 'Recovery codes' }

export default async function RecoveryCodesPage() {
  const actor = await requireActor()
  if (actor.role === 'receiver') forbidden()
  return (
    <Page>
      <BrowserWords areas={['factor']}>
        <RenewCodes />
      </BrowserWords>
    </Page>
  )
}
