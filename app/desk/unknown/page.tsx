import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showUnknown } from '#lib/services/settlement/show-unknown.ts'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { UnknownCard } from './unknown-card.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('unknown')
  return { title: t('title') }
}

/** Payouts whose payout-pay may or may not have arrived: what is known, who to ask, and the ways out. */
export default async function UnknownPage() {
  const actor = await requireActor('payout.see_all')
  const t = await getTranslations('unknown')
  const desk = shown(await showUnknown(await getDeps(), actor))
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      {desk.payouts.length === 0 ? (
        <Empty title={t('emptyTitle')}>
          <p>{t('emptyText')}</p>
        </Empty>
      ) : (
        <BrowserWords areas={['unknown']}>
          <ul className="space-y-6">
            {desk.payouts.map((one) => (
              <UnknownCard key={one.payout.id} one={one} actorId={actor.id} mayAsk={desk.mayAskCardzo} />
            ))}
          </ul>
        </BrowserWords>
      )}
      {desk.more && <p className="mt-6 text-ink-2">{t('more')}</p>}
      <RefreshNow shownAt={new Date().toISOString()} />
    </Page>
  )
}
