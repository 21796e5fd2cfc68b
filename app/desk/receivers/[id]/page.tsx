import type { Metadata } from 'next'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showReceiver } from '#lib/services/payout/change-receiver.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ChangeForm } from './change-form.tsx'

export const metadata: Metadata = { title: 'Change a receiver' }

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** A receiver's data, for clerks to correct. */
export default async function ReceiverPage({ params, searchParams }: Props) {
  const actor = await requireActor('receiver.change')
  const [{ id }, { done }] = await Promise.all([params, searchParams])
  const { receiver } = shown(await showReceiver(await getDeps(), actor, { id }))
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="For payouts that are asked for from now on. Those on their way keep the names they were asked for with; who is about to approve one is told that the receiver has changed.">
        <span className="block">Change a receiver</span>
        <span className="block font-mono text-base font-normal text-ink-2">
          <bdi>{receiver.externalId}</bdi>
        </span>
      </PageTitle>
      {done === 'changed' && (
        <DoneAlert title="Changed">
          <p>Who changed what, and why, is in the audit trail.</p>
        </DoneAlert>
      )}
      <Card>
        <ChangeForm
          key={JSON.stringify(receiver)}
          id={receiver.id}
          known={{
            email: receiver.email ?? '',
            firstName: receiver.firstName ?? '',
            lastName: receiver.lastName ?? '',
          }}
        />
      </Card>
    </Page>
  )
}
