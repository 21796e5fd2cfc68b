import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { freshFormId, isFormId } from '#app/_server/form-id.ts'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { EnterForm } from './enter-form.tsx'

export const metadata: Metadata = { title: 'New payout' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The form's id is in the address, as on /withdraw. */
export default async function NewPayoutPage({ searchParams }: Props) {
  const actor = await requireActor('payout.enter')
  const { form } = await searchParams
  if (!isFormId(form)) redirect(`/desk/payouts/new?form=${freshFormId()}`)
  const { config } = await getDeps()
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="You enter it for a receiver; an approver decides.">New payout</PageTitle>
      <Card>
        <BrowserWords areas={['fields']}>
          <EnterForm formId={form} currencies={config.currencies} requiredFields={config.requiredFields} />
        </BrowserWords>
      </Card>
    </Page>
  )
}
