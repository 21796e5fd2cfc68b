import { useFormatter, useTranslations } from 'next-intl'
import { Card } from '#app/_ui/card.tsx'
import { Money } from '#app/_ui/amount.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Locale } from '#lib/words/locales.ts'
import { moneyText } from '#lib/words/money.ts'
import { dayText } from '#lib/words/times.ts'
import { DayChart, Legend } from './day-chart.tsx'
import { countOf, dayFigures, groups, success } from './figures.ts'
import type { Charted, DayFigures, Group } from './figures.ts'
import { opens } from './opens.ts'
import { Ages, Banks, Codes, Times } from './other-charts.tsx'
import { ChartTitle, DataTable, RowLink } from './data-table.tsx'

/** Every chart of one currency. */
export function CurrencyCharts(charted: Charted) {
  const { report, first, today } = charted
  const days = dayFigures(report?.days ?? [], first, today)
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
      <Volume charted={charted} days={days} />
      <Value charted={charted} days={days} />
      <Success charted={charted} />
      <Codes charted={charted} />
      <Banks charted={charted} />
      <Times charted={charted} />
      <Ages charted={charted} />
    </div>
  )
}

/** Noon in UTC is on that day in words. */
const dayWords = (locale: Locale, day: string) => dayText(locale, new Date(`${day}T12:00:00Z`))

const shownGroups = Object.keys(groups) as Group[]

function Volume({ charted, days }: { charted: Charted; days: DayFigures[] }) {
  const t = useTranslations('reports')
  const { locale, zone } = charted
  const href = (day: string, group?: Group) => opens.day(charted, day, group)
  return (
    <Card>
      <ChartTitle title={t('volume.title')} text={t('volume.text')} zone={zone} />
      <DayChart
        bars={days.map((day) => ({
          day: day.day,
          href: href(day.day),
          title: `${dayWords(locale, day.day)}: ${countOf(day)}`,
          parts: shownGroups.map((group) => ({ group, height: day[group].count })),
        }))}
      />
      <Axis days={days} locale={locale} most={t('most', { n: Math.max(0, ...days.map(countOf)) })} />
      <Legend t={t} of={shownGroups} />
      <DataTable
        label={t('volume.title')}
        heads={[t('day'), t('paid'), t('unpaid'), t('open'), t('total')]}
        rows={days
          .toReversed()
          .filter((day) => countOf(day) > 0)
          .map((day) => ({
            key: day.day,
            cells: [
              <RowLink key="day" href={href(day.day)}>
                {dayWords(locale, day.day)}
              </RowLink>,
              ...shownGroups.map((group) =>
                day[group].count === 0 ? (
                  '0'
                ) : (
                  <RowLink key={group} href={href(day.day, group)}>
                    {String(day[group].count)}
                  </RowLink>
                ),
              ),
              String(countOf(day)),
            ],
          }))}
      />
    </Card>
  )
}

function Value({ charted, days }: { charted: Charted; days: DayFigures[] }) {
  const t = useTranslations('reports')
  const { locale, currency, zone } = charted
  const href = (day: string) => opens.day(charted, day, 'paid')
  const shown = (minor: bigint) => moneyText(locale, displayAmount(minor, currency))
  const most = days.reduce((max, { paid }) => (paid.amountMinor > max ? paid.amountMinor : max), 0n)
  return (
    <Card>
      <ChartTitle title={t('value.title')} text={t('value.text')} zone={zone} />
      <DayChart
        bars={days.map(({ day, paid }) => ({
          day,
          href: href(day),
          title: `${dayWords(locale, day)}: ${shown(paid.amountMinor)}`,
          // Heights are for the eye; the figures beside them are exact.
          parts: [{ group: 'paid', height: Number(paid.amountMinor) }],
        }))}
      />
      <Axis days={days} locale={locale} most={t('mostAmount', { amount: shown(most) })} />
      <Legend t={t} of={['paid']} />
      <DataTable
        label={t('value.title')}
        heads={[t('day'), t('count'), t('amount')]}
        rows={days
          .toReversed()
          .filter(({ paid }) => paid.count > 0)
          .map(({ day, paid }) => ({
            key: day,
            cells: [
              <RowLink key="day" href={href(day)}>
                {dayWords(locale, day)}
              </RowLink>,
              String(paid.count),
              <Money key="amount" display={displayAmount(paid.amountMinor, currency)} />,
            ],
          }))}
      />
    </Card>
  )
}

function Success({ charted }: { charted: Charted }) {
  const [t, format] = [useTranslations('reports'), useFormatter()]
  const { paid, ended } = success(charted.report?.days ?? [])
  return (
    <Card>
      <ChartTitle title={t('success.title')} zone={charted.zone} />
      {ended === 0 ? (
        <p className="text-ink-2">{t('success.none')}</p>
      ) : (
        <>
          <p className="mt-3 text-4xl font-semibold tracking-tight">
            {format.number(paid / ended, { style: 'percent', maximumFractionDigits: 1 })}
          </p>
          <p className="mt-1 text-sm text-ink-2">
            {t.rich('success.text', {
              paid,
              ended,
              those: (text) => <RowLink href={opens.paid(charted)}>{text}</RowLink>,
              all: (text) => <RowLink href={opens.ended(charted)}>{text}</RowLink>,
            })}
          </p>
        </>
      )}
    </Card>
  )
}

/** The first day, what the highest bar stands for, and the last day. */
function Axis({ days, locale, most }: { days: DayFigures[]; locale: Locale; most: string }) {
  const [first, last] = [days[0]?.day, days.at(-1)?.day]
  return (
    <p className="mt-1.5 flex flex-wrap justify-between gap-x-4 text-sm text-ink-3">
      <span>{first !== undefined && dayWords(locale, first)}</span>
      <span className="text-ink-2 max-sm:order-last max-sm:basis-full">{most}</span>
      <span>{last !== undefined && dayWords(locale, last)}</span>
    </p>
  )
}
