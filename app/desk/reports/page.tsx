import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { getDeps } from '#app/_server/deps.ts'
import { zoneHere } from '#app/_server/locale.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { openReads } from '#app/_server/standby/reads.ts'
import { Alert } from '#app/_ui/alert.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { AsOf } from '#app/desk/_ui/as-of.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { reportPeriods, showReport } from '#lib/services/standby/show-report.ts'
import { CurrencyCharts } from './currency-charts.tsx'
import { dayIn } from './figures.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('reports')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** What happened over time, in one currency. Everything is drawn by the server and works without scripts. */
export default async function ReportsPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const [query, t, locale] = [await searchParams, await getTranslations('reports'), await getLocale()]
  const days = reportPeriods.find((period) => String(period) === query['days']) ?? 30
  const deps = await getDeps()
  const { from, zone, report, openByDay, asOf } = shown(
    await showReport(deps, actor, { days, zone: (await zoneHere()) ?? 'UTC' }, await openReads()),
  )
  const currencies = [
    ...new Set([
      ...report.currencies.map(({ currency }) => currency),
      ...openByDay.map(({ currency }) => currency),
    ]),
  ].sort()
  const chosen =
    currencies.find((currency) => currency === query['currency']) ??
    // The one with the most payouts.
    report.currencies.toSorted((a, b) => total(b.days) - total(a.days))[0]?.currency ??
    currencies[0]
  const path = (next: { days?: number; currency?: string }) => {
    const of = new URLSearchParams({ days: String(next.days ?? days) })
    const currency = next.currency ?? chosen
    if (currency !== undefined) of.set('currency', currency)
    return `/desk/reports?${of.toString()}`
  }
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead', { n: days, zone })}>{t('title')}</PageTitle>
      <div className="-mt-4 mb-8 flex flex-wrap items-center gap-x-6 gap-y-2">
        <Choice label={t('period')}>
          {reportPeriods.map((period) => (
            <Chosen key={period} here={period === days} href={path({ days: period })}>
              {t('days', { n: period })}
            </Chosen>
          ))}
        </Choice>
        {currencies.length > 1 && (
          <Choice label={t('currency')}>
            {currencies.map((currency) => (
              <Chosen key={currency} here={currency === chosen} href={path({ currency })}>
                {currency}
              </Chosen>
            ))}
          </Choice>
        )}
        <TextLink href="/account">{t('zone')}</TextLink>
      </div>
      <AsOf at={asOf} />
      {report.cutAt !== null && (
        <div className="mb-8">
          <Alert tone="warn" title={t('cut', { n: report.cutAt })} />
        </div>
      )}
      {chosen === undefined ? (
        <Empty title={t('none')}>
          <p>{t('noneText')}</p>
        </Empty>
      ) : (
        <CurrencyCharts
          locale={locale}
          currency={chosen}
          report={report.currencies.find(({ currency }) => currency === chosen) ?? null}
          openByDay={openByDay}
          first={dayIn(zone, from)}
          today={dayIn(zone, new Date())}
          zone={zone}
        />
      )}
    </Page>
  )
}

const total = (days: readonly { count: number }[]) => days.reduce((sum, { count }) => sum + count, 0)

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="-mx-1 flex flex-wrap gap-1">
      {children}
    </nav>
  )
}

function Chosen({ here, href, children }: { here: boolean; href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      prefetch={false}
      scroll={false}
      {...(here && { 'aria-current': 'true' })}
      className={`inline-flex min-h-11 items-center rounded-full px-4 text-[0.9375rem] transition-colors sm:min-h-9 ${
        here ? 'bg-ink text-paper' : 'text-ink-2 hover:bg-sunken'
      }`}
    >
      {children}
    </Link>
  )
}
