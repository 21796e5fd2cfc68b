import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { RevokeForm } from './revoke-form.tsx'

export const metadata: Metadata = { title: 'Revoke an API key' }

export default async function KeyPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor('key.manage')
  const { id } = await params
  const { keys } = shown(await showKeys(await getDeps(), actor))
  const key = keys.find((one) => one.id === id)
  if (!key) notFound()
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="Any system that uses it is refused from the next request on. Idempotency keys do not depend on it.">
        Revoke <bdi>{key.name}</bdi>
      </PageTitle>
      <Card>
        {key.state === 'revoked' ? <p>This key was revoked already.</p> : <RevokeForm id={key.id} />}
      </Card>
    </Page>
  )
}
