import type { Metadata } from 'next'
import { Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { isolatedIfRtl } from '#lib/payouts/text.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { CreateForm } from './create-form.tsx'

export const metadata: Metadata = { title: 'New API key' }

export default async function NewKeyPage() {
  const actor = await requireActor('key.manage')
  const { people } = shown(await showKeys(await getDeps(), actor))
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="Give each system its own key, with no more than it needs.">New API key</PageTitle>
      <CreateForm
        owners={people.map(({ email, name }) => ({ id: email, label: `${isolatedIfRtl(name)} (${email})` }))}
      />
    </Page>
  )
}
