import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import { Icon } from '#app/_ui/icons.tsx'
import { moneyText } from '#lib/words/money.ts'
import { emptyFilter, isNarrow, pathOf } from '../filter.ts'
import type { Filter } from '../filter.ts'
import { atLeast } from './age-text.ts'

type Chip = { key: string; text: string; without: Partial<Filter> }
type Props = {
  filter: Filter
  zone: string
  nameOf: (approver: string) => string
  endpointOf: (id: string) => string
}

/** What the list is narrowed down to, a chip for each part. Each is a link to the list without it. */
export function Chips({ filter, zone, nameOf, endpointOf }: Props) {
  const t = useTranslations('payouts')
  const chips = useChips({ filter, zone, nameOf, endpointOf })
  if (!isNarrow(filter)) return null
  const { sort, columns } = filter
  return (
    <ul aria-label={t('chip.list')} className="flex flex-wrap items-center gap-2">
      {chips.map(({ key, text, without }) => (
        <li key={key}>
          <Link
            href={pathOf({ ...filter, ...without })}
            prefetch={false}
            className="inline-flex min-h-8 items-center gap-1.5 rounded-full border border-line-strong bg-surface pr-2.5 pl-3 text-sm hover:bg-sunken"
          >
            <bdi>{text}</bdi>
            <span className="sr-only">{t('chip.remove')}</span>
            <Icon name="cross" className="size-3 text-ink-3" />
          </Link>
        </li>
      ))}
      <li>
        <Link
          href={pathOf({ ...emptyFilter, sort, columns })}
          prefetch={false}
          className="text-link inline-flex min-h-8 items-center px-1 text-sm"
        >
          {t('chip.reset')}
        </Link>
      </li>
    </ul>
  )
}

function useChips({ filter, zone: readersZone, nameOf, endpointOf }: Props): Chip[] {
  const [t, label, locale] = [useTranslations('payouts'), useTranslations('status.label'), useLocale()]
  const chips: Chip[] = []
  const add = (key: string, text: string, without: Partial<Filter>) => chips.push({ key, text, without })
  const zone = filter.zone || readersZone
  const day = (said: string) =>
    said === 'today'
      ? t('day.today')
      : said.startsWith('-')
        ? t('day.ago', { n: Number(said.slice(1, -1)) })
        : said
  if (filter.needsMe) add('needs', t('view.needs_me'), { needsMe: false })
  for (const status of filter.statuses)
    add(`status-${status}`, label(status), { statuses: filter.statuses.filter((one) => one !== status) })
  if (filter.search !== '') add('q', t('chip.search', { text: filter.search }), { search: '' })
  if (filter.from !== '') add('from', t('chip.from', { day: day(filter.from), zone }), { from: '' })
  if (filter.to !== '') add('to', t('chip.to', { day: day(filter.to), zone }), { to: '' })
  const amount = (text: string) => `${moneyText(locale, text)} ${filter.currency}`
  if (filter.currency !== '') add('currency', filter.currency, { currency: '', min: '', max: '' })
  if (filter.min !== '') add('min', t('chip.min', { amount: amount(filter.min) }), { min: '' })
  if (filter.max !== '') add('max', t('chip.max', { amount: amount(filter.max) }), { max: '' })
  if (filter.receiver !== '') add('receiver', t('chip.receiver', { id: filter.receiver }), { receiver: '' })
  for (const source of filter.sources)
    add(`source-${source}`, t(`source.${source}`), {
      sources: filter.sources.filter((one) => one !== source),
    })
  if (filter.bank !== '') add('bank', t('chip.bank', { name: filter.bank }), { bank: '' })
  if (filter.last4 !== '') add('last4', t('chip.last4', { digits: filter.last4 }), { last4: '' })
  if (filter.approver !== '')
    add('approver', t('chip.approver', { name: nameOf(filter.approver) }), { approver: '' })
  for (const risk of filter.risks)
    add(`risk-${risk}`, t(`risk.${risk}`), { risks: filter.risks.filter((one) => one !== risk) })
  if (filter.code !== '') add('code', t('chip.code', { code: filter.code }), { code: '' })
  if (filter.rule !== '') add('rule', t('chip.rule', { rule: filter.rule }), { rule: '' })
  if (filter.endpoint !== '')
    add('endpoint', t('chip.endpoint', { name: endpointOf(filter.endpoint) }), { endpoint: '' })
  if (filter.age !== '') add('age', t('chip.age', { time: atLeast(t, filter.age) }), { age: '' })
  return chips
}
