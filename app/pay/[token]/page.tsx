import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Page } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { shown } from '#app/_server/shown.ts'
import { estimateArrival } from '#lib/services/report/estimate-arrival.ts'
import { showStatus } from '#lib/services/payout/show-status.ts'
import { LiveStatus } from './live-status.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('pay')
  return { title: t('title'), referrer: 'no-referrer' }
}

type Props = { params: Promise<{ token: string }> }

/** For anyone with the link: what happens now, whose turn it is, and in the end the result. */
export default async function StatusPage({ params }: Props) {
  const { token } = await params
  const deps = await getDeps()
  const { view } = shown(await showStatus(deps, token))
  const arrival = view.final ? null : await estimateArrival(deps, view.currency, new Date(view.requestedAt))
  return (
    <Page>
      {/* Without scripts the page reloads itself until it is over. */}
      {!view.final && (
        <noscript>
          <meta httpEquiv="refresh" content="5" />
        </noscript>
      )}
      <BrowserWords areas={['pay']}>
        <LiveStatus token={token} initial={view} arrival={arrival} />
      </BrowserWords>
    </Page>
  )
}
