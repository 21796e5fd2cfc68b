import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Page } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { linkStatus } from '#app/_server/link-status.ts'
import { shown } from '#app/_server/shown.ts'
import { estimateArrival } from '#lib/services/report/estimate-arrival.ts'
import { currentActor } from '#app/_server/session.ts'
import { Fold } from '#app/_ui/fold.tsx'
import { QrCode } from '#app/_ui/factor/qr-code.tsx'
import { statusPathWith } from '#lib/services/payout/links.ts'
import { ownLinks } from '#lib/services/payout/own-links.ts'
import { LiveStatus } from './live-status.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('pay')
  return { title: t('title'), referrer: 'no-referrer' }
}

type Props = {
  params: Promise<{ token: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** For anyone with the link: what happens now, whose turn it is, and in the end the result. */
export default async function StatusPage({ params, searchParams }: Props) {
  const [{ token }, { bank }] = [await params, await searchParams]
  const deps = await getDeps()
  const { view } = shown(await linkStatus(token))
  const arrival = view.final ? null : await estimateArrival(deps, view.currency, new Date(view.requestedAt))
  const own = await ownLinks(deps, await currentActor(), token)
  return (
    <Page>
      {/* Without scripts the page reloads itself until it is over. */}
      {!view.final && (
        <noscript>
          <meta httpEquiv="refresh" content="5" />
        </noscript>
      )}
      <BrowserWords areas={['pay']}>
        <LiveStatus
          token={token}
          initial={view}
          arrival={arrival}
          own={own}
          later={bank === 'later'}
          phone={view.final ? null : <OnPhone url={deps.config.appUrl + statusPathWith(token)} />}
        />
      </BrowserWords>
    </Page>
  )
}

/** Goes on with the phone. Drawn on the server, so that the browser loads nothing for it. */
function OnPhone({ url }: { url: string }) {
  const t = useTranslations('pay.phone')
  return (
    <Fold title={t('title')} className="screen-only mt-4 hidden sm:block">
      <p className="mt-1 mb-3 text-sm text-ink-2">{t('text')}</p>
      <QrCode text={url} label={t('qr')} />
    </Fold>
  )
}
