import type { Metadata } from 'next'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showUnknown } from '#lib/services/settlement/show-unknown.ts'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { UnknownCard } from './unknown-card.tsx'

export const metadata: Metadata = { title: 'Outcome unknown' }

/** Payouts whose payout-pay may or may not have arrived: what is known, who to ask, and the ways out. */
export default async function UnknownPage() {
  const actor = await requireActor('payout.see_all')
  const desk = shown(await showUnknown(await getDeps(), actor))
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead="It is not known whether these were paid. None of them is ever sent again: Cardzo's word ends it, or two people do, with evidence.">
        Outcome unknown
      </PageTitle>
      {desk.payouts.length === 0 ? (
        <Empty title="Every outcome is known">
          <p>A payout whose payment got no believable answer is here until its outcome is certain.</p>
        </Empty>
      ) : (
        <ul className="space-y-6">
          {desk.payouts.map((one) => (
            <UnknownCard key={one.payout.id} one={one} actorId={actor.id} mayAsk={desk.mayAskCardzo} />
          ))}
        </ul>
      )}
      {desk.more && <p className="mt-6 text-ink-2">There are more; they move up as these are settled.</p>}
      <RefreshNow shownAt={new Date().toISOString()} />
    </Page>
  )
}
