import { useTranslations } from 'next-intl'
import { Money } from '#app/_ui/amount.tsx'
import { ageText } from '#app/_ui/age.ts'
import { Card } from '#app/_ui/card.tsx'
import { pathOf } from '#app/desk/payouts/filter.ts'
import { Foreign } from '#app/_ui/foreign.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Durations } from '#lib/services/ports.ts'
import { ChartTitle, Figures, RowLink, ShareBar } from './data-table.tsx'
import { ages, byCardzo, groups } from './figures.ts'
import type { Charted } from './figures.ts'

const notPaid = byCardzo.filter((status) => status !== 'paid')

/** Cardzo's error codes, the most frequent first. */
export function Codes({ charted: { report, currency, first, today, zone } }: { charted: Charted }) {
  const t = useTranslations('reports')
  const codes = report?.codes ?? []
  const most = Math.max(1, ...codes.map(({ count }) => count))
  return (
    <Card>
      <ChartTitle title={t('codes.title')} text={t('codes.text')} />
      {codes.length === 0 ? (
        <p className="text-ink-2">{t('codes.none')}</p>
      ) : (
        <Figures
          label={t('codes.title')}
          heads={[t('codes.code'), '', t('count'), t('amount')]}
          rows={codes.map(({ code, count, amountMinor }) => ({
            key: code ?? '',
            cells: [
              code === null ? (
                t('codes.noCode')
              ) : (
                <RowLink
                  key="code"
                  href={pathOf({ currency, zone, from: first, to: today, statuses: notPaid, code })}
                >
                  <bdi>{code}</bdi>
                </RowLink>
              ),
              <ShareBar key="bar" share={count / most} look="fill-bad" />,
              String(count),
              <Money key="amount" display={displayAmount(amountMinor, currency)} />,
            ],
          }))}
        />
      )}
    </Card>
  )
}

/** How long approving and ending take, by person and rule too. */
export function Times({ charted: { report, currency, first, today, zone } }: { charted: Charted }) {
  const t = useTranslations('reports')
  const age = useTranslations('common')
  const cells = ({ count, p50Ms, p95Ms }: Durations) => [
    String(count),
    ageText(age, p50Ms),
    ageText(age, p95Ms),
  ]
  const heads = [t('count'), t('times.half'), t('times.nearlyAll')]
  const steps = [
    { key: 'approved', name: t('times.approved'), took: report?.toApprove },
    { key: 'ended', name: t('times.ended'), took: report?.toFinal },
  ].flatMap(({ key, name, took }) => (took ? [{ key, cells: [name, ...cells(took)] }] : []))
  const { approvers = [], rules = [] } = report ?? {}
  return (
    <Card>
      <ChartTitle title={t('times.title')} text={t('times.text')} />
      {steps.length === 0 ? (
        <p className="text-ink-2">{t('times.none')}</p>
      ) : (
        <Figures label={t('times.title')} heads={[t('times.step'), ...heads]} rows={steps} />
      )}
      <h3 className="mt-6 mb-2 font-medium">{t('approvers.title')}</h3>
      {approvers.length === 0 ? (
        <p className="text-ink-2">{t('approvers.none')}</p>
      ) : (
        <Figures
          label={t('approvers.title')}
          heads={[t('approvers.person'), ...heads]}
          rows={approvers.map(({ id, name, ...took }) => ({
            key: id,
            cells: [
              <RowLink key="name" href={pathOf({ currency, zone, from: first, to: today, approver: id })}>
                <bdi>{name}</bdi>
              </RowLink>,
              ...cells(took),
            ],
          }))}
        />
      )}
      <h3 className="mt-6 mb-2 font-medium">{t('rules.title')}</h3>
      {rules.length === 0 ? (
        <p className="text-ink-2">{t('rules.none')}</p>
      ) : (
        <Figures
          label={t('rules.title')}
          heads={[t('rules.rule'), ...heads]}
          rows={rules.map(({ rule, ...took }) => ({
            key: rule,
            cells: [<Foreign key="rule" text={rule} />, ...cells(took)],
          }))}
        />
      )}
    </Card>
  )
}

/** What is under way, by age. */
export function Ages({ charted: { openByDay, currency, today, zone } }: { charted: Charted }) {
  const t = useTranslations('reports')
  const shown = ages(openByDay, currency, today)
  const most = Math.max(1, ...shown.map(({ count }) => count))
  const nameOf = (from: number, to: number | null) => {
    if (to === null) return t('ages.older', { n: from - 1 })
    if (from === 0) return t('ages.today')
    return from === 1 ? t('ages.yesterday') : t('ages.days', { from, to })
  }
  return (
    <Card>
      <ChartTitle title={t('ages.title')} text={t('ages.text')} />
      {shown.every(({ count }) => count === 0) ? (
        <p className="text-ink-2">{t('ages.none')}</p>
      ) : (
        <Figures
          label={t('ages.title')}
          heads={[t('ages.age'), '', t('count'), t('amount')]}
          rows={shown.map(({ from, to, first, last, count, amountMinor }) => ({
            key: String(from),
            cells: [
              count === 0 ? (
                nameOf(from, to)
              ) : (
                <RowLink
                  key="age"
                  href={pathOf({ currency, zone, from: first ?? '', to: last, statuses: groups.open })}
                >
                  {nameOf(from, to)}
                </RowLink>
              ),
              <ShareBar key="bar" share={count / most} look="fill-info" />,
              String(count),
              <Money key="amount" display={displayAmount(amountMinor, currency)} />,
            ],
          }))}
        />
      )}
    </Card>
  )
}
