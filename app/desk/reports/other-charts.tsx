import { useFormatter, useTranslations } from 'next-intl'
import { Money } from '#app/_ui/amount.tsx'
import { ageText } from '#app/_ui/age.ts'
import { Card } from '#app/_ui/card.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Durations } from '#lib/services/ports.ts'
import { ChartTitle, Figures, RowLink, ShareBar } from './data-table.tsx'
import { ages } from './figures.ts'
import type { Charted } from './figures.ts'
import { opens } from './opens.ts'

/** Cardzo's error codes, the most frequent first. */
export function Codes({ charted }: { charted: Charted }) {
  const t = useTranslations('reports')
  const { report, currency, zone } = charted
  const codes = report?.codes ?? []
  const most = Math.max(1, ...codes.map(({ count }) => count))
  return (
    <Card>
      <ChartTitle title={t('codes.title')} text={t('codes.text')} zone={zone} />
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
                <RowLink key="code" href={opens.code(charted, code)}>
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

/** How many of a bank's payouts arrived, of those that Cardzo ended. */
export function Banks({ charted }: { charted: Charted }) {
  const [t, format] = [useTranslations('reports'), useFormatter()]
  const banks = charted.report?.banks ?? []
  return (
    <Card>
      <ChartTitle title={t('banks.title')} text={t('banks.text')} zone={charted.zone} />
      {banks.length === 0 ? (
        <p className="text-ink-2">{t('success.none')}</p>
      ) : (
        <Figures
          label={t('banks.title')}
          heads={[t('banks.bank'), '', t('banks.rate'), t('count')]}
          rows={banks.map(({ bank, paid, ended }) => ({
            key: bank ?? '',
            cells: [
              bank === null ? (
                t('banks.none')
              ) : (
                <RowLink key="bank" href={opens.bank(charted, bank)}>
                  <Foreign text={bank} />
                </RowLink>
              ),
              <ShareBar key="bar" share={paid / ended} look="fill-good" />,
              format.number(paid / ended, { style: 'percent', maximumFractionDigits: 1 }),
              String(ended),
            ],
          }))}
        />
      )}
    </Card>
  )
}

/** How long approving and ending take, by person and rule too. */
export function Times({ charted }: { charted: Charted }) {
  const t = useTranslations('reports')
  const { report, zone } = charted
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
      <ChartTitle title={t('times.title')} text={t('times.text')} zone={zone} />
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
              <RowLink key="name" href={opens.approver(charted, id)}>
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
            cells: [
              <RowLink key="rule" href={opens.rule(charted, rule)}>
                <Foreign text={rule} />
              </RowLink>,
              ...cells(took),
            ],
          }))}
        />
      )}
    </Card>
  )
}

/** What is under way, by age. */
export function Ages({ charted }: { charted: Charted }) {
  const t = useTranslations('reports')
  const { openByDay, currency, today, zone } = charted
  const shown = ages(openByDay, currency, today)
  const most = Math.max(1, ...shown.map(({ count }) => count))
  const nameOf = (from: number, to: number | null) => {
    if (to === null) return t('ages.older', { n: from - 1 })
    if (from === 0) return t('ages.today')
    return from === 1 ? t('ages.yesterday') : t('ages.days', { from, to })
  }
  return (
    <Card>
      <ChartTitle title={t('ages.title')} text={t('ages.text')} zone={zone} />
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
                <RowLink key="age" href={opens.age(charted, { first, last })}>
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
