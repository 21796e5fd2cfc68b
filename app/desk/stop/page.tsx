import type { Metadata } from 'next'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showStops } from '#lib/services/safety/show-sending.ts'
import type { ShownStop } from '#lib/services/safety/show-sending.ts'
import { InFlightList, SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ReleaseForm, StopForm } from './stop-forms.tsx'

export const metadata: Metadata = { title: 'Stop switch' }

/** Everybody at the desk may look; admins stop and release. */
export default async function StopPage() {
  const actor = await requireActor('item.see')
  const { stops } = shown(await showStops(await getDeps(), actor))
  const isStopped = stops.some(({ releasedAt }) => releasedAt === null)
  const past = stops.filter(({ releasedAt }) => releasedAt !== null)
  return (
    <Page>
      <SendingNotices actor={actor} />
      <PageTitle lead="Stops every payment that has not been sent yet, at once. Asking Cardzo, callbacks and results go on.">
        Stop switch
      </PageTitle>
      <Section id="now" title={isStopped ? 'Payments are stopped' : 'Payments are being sent'}>
        <Card>
          {may(actor, 'sending.stop') ? (
            isStopped ? (
              <ReleaseForm />
            ) : (
              <StopForm />
            )
          ) : (
            <p className="text-ink-2">
              {isStopped ? 'An administrator can release them.' : 'An administrator can stop them.'}
            </p>
          )}
        </Card>
      </Section>
      <Section id="past" title="Earlier stops">
        {past.length === 0 ? (
          <Empty title="No earlier stops" />
        ) : (
          <ul className="space-y-3">
            {past.map((stop) => (
              <PastStop key={stop.id} stop={stop} />
            ))}
          </ul>
        )}
      </Section>
    </Page>
  )
}

function PastStop({ stop }: { stop: ShownStop }) {
  return (
    <li className="rounded-2xl border border-line bg-surface p-4 text-[0.9375rem] leading-6 sm:p-5">
      <p>
        <bdi>{stop.stoppedByName}</bdi>, <Time at={stop.stoppedAt} seconds />: <bdi>{stop.reason}</bdi>
      </p>
      {stop.releasedAt && (
        <p className="mt-1 text-ink-2">
          Released by <bdi>{stop.releasedByName}</bdi>, <Time at={stop.releasedAt} seconds />:{' '}
          <bdi>{stop.releaseReason}</bdi>
        </p>
      )}
      <div className="mt-1 text-ink-2">
        <InFlightList stop={stop} />
      </div>
    </li>
  )
}
