import type { Metadata } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { Amount } from '#app/_ui/amount.tsx'
import { Card, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { BalanceCover } from '#app/desk/_ui/balance-cover.tsx'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { RiskMark } from '#app/desk/_ui/risk-tag.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { riskLevels } from '#lib/payouts/risk.ts'
import { showDecision } from '#lib/services/batch/decide-batch.ts'
import type { ShownDecisionRow } from '#lib/services/batch/decide-batch.ts'
import type { DecisionCount } from '#lib/services/ports.ts'
import { moneyText } from '#lib/words/money.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { ApproveForm, StopForm } from '../../whole-forms.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('batches'))('decision.title') }
}

type Props = {
  params: Promise<{ id: string; decision: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}
type Shown = Extract<Awaited<ReturnType<typeof showDecision>>, { ok: true }>

const choices = ['out', 'risky', 'all'] as const

/** A set that is about to be approved as a whole, or what has become of a decision so far. */
export default async function DecisionPage({ params, searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const { decision: id } = await params
  const { rows: choice, after } = await searchParams
  const which = choices.find((one) => one === choice) ?? 'out'
  const from = typeof after === 'string' && /^\d{1,9}$/.test(after) ? Number(after) : 0
  const found = shown(await showDecision(await getDeps(), actor, { id, which, after: from }))
  const t = await getTranslations('batches')
  const { decision, rows, next } = found
  const path = `/desk/batches/${decision.batchId}/decisions/${decision.id}`
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <BackLink href={`/desk/batches/${decision.batchId}`}>{t('decision.back')}</BackLink>
      <PageTitle {...(decision.decidedAt === null && { lead: t('decision.lead') })}>
        {decision.kind === 'approve' ? t('decision.title') : t('decision.rejectTitle')}
      </PageTitle>
      <div className="space-y-6">
        <Card>
          <Summary {...found} />
          <BalanceCover covers={found.covers} />
          <BrowserWords areas={['batches', 'approve']}>
            {decision.decidedAt === null && decision.count > 0 && (
              <ApproveForm id={decision.id} setHash={decision.setHash} count={decision.count} />
            )}
            {decision.decidedAt !== null && decision.endedAt === null && may(actor, 'payout.decide') && (
              <StopForm id={decision.id} />
            )}
          </BrowserWords>
        </Card>
      </div>
      <Section id="rows" title={t('show.all')}>
        <nav aria-label={t('which')} className="mb-4 flex flex-wrap gap-x-5">
          {choices.map((one) => (
            <Link
              key={one}
              href={`${path}?rows=${one}`}
              prefetch={false}
              aria-current={one === which ? 'page' : undefined}
              className="text-link inline-flex min-h-8 items-center aria-[current]:font-semibold aria-[current]:text-ink"
            >
              {t(`decision.show.${one}`)}
            </Link>
          ))}
        </nav>
        <Rows rows={rows} />
        {next !== null && (
          <p className="mt-4">
            <TextLink href={`${path}?rows=${which}&after=${next}`}>
              {(await getTranslations('site'))('older')}
            </TextLink>
          </p>
        )}
      </Section>
      {decision.decidedAt !== null && decision.endedAt === null && (
        <RefreshNow shownAt={new Date().toISOString()} />
      )}
    </Page>
  )
}

const countOf = (counts: readonly DecisionCount[], fits: (one: DecisionCount) => boolean) =>
  counts.filter(fits).reduce((sum, { count }) => sum + count, 0)

function Summary({ decision, counts }: Shown) {
  const [t, locale] = [useTranslations('batches'), useLocale()]
  const { kind, count, sums, reason, byName, decidedAt, endedAt, stoppedAt } = decision
  const outcome = (name: DecisionCount['outcome']) => countOf(counts, (one) => one.outcome === name)
  const [excluded, leftOut, done, skipped] = [
    outcome('excluded'),
    outcome('left_out'),
    outcome('done'),
    outcome('skipped'),
  ]
  const isIn = (one: DecisionCount) => one.outcome !== 'excluded' && one.outcome !== 'left_out'
  return (
    <>
      {count === 0 && <p>{t('decision.none')}</p>}
      <ul className="space-y-1">
        {sums.map(({ count: n, amountMinor, currency }) => (
          <li key={currency} className="text-xl tracking-tight">
            {t('sum', { n, amount: moneyText(locale, displayAmount(amountMinor, currency)) })}
          </li>
        ))}
      </ul>
      {reason !== null && (
        <p className="mt-3 break-words">
          <bdi>{reason}</bdi>
        </p>
      )}
      <h2 className="mt-4 mb-1 font-medium">{t('decision.risks')}</h2>
      <ul className="space-y-1">
        {[...riskLevels, null].map((level) => {
          const n = countOf(counts, (one) => isIn(one) && one.riskLevel === level)
          return n === 0 ? null : <li key={level}>{t(`decision.risk.${level ?? 'unknown'}`, { n })}</li>
        })}
      </ul>
      <ul className="mt-3 space-y-1 text-ink-2">
        {excluded > 0 && <li>{t('decision.excluded', { n: excluded })}</li>}
        {leftOut > 0 && <li>{t('decision.leftOut', { n: leftOut })}</li>}
      </ul>
      {decidedAt !== null && (
        <div role="status" className="mt-4 space-y-1 border-t border-line pt-4">
          <p>{t.rich('decision.given', { name: byName, at: () => <Time at={decidedAt} /> })}</p>
          {endedAt === null && (
            <>
              <progress
                value={done + skipped}
                max={count}
                aria-label={t('payouts')}
                className="w-full accent-accent"
              />
              <p className="text-sm text-ink-2">
                {t('decision.progress', { done: done + skipped, all: count })}. {t('decision.working')}
              </p>
            </>
          )}
          {stoppedAt !== null && <p className="text-warn">{t('decision.stopped')}</p>}
          <p>{t(kind === 'approve' ? 'decision.done' : 'decision.rejected', { n: done })}</p>
          {skipped > 0 && <p className="text-warn">{t('decision.skipped', { n: skipped })}</p>}
        </div>
      )}
    </>
  )
}

function Rows({ rows }: { rows: readonly ShownDecisionRow[] }) {
  const [t, locale] = [useTranslations('batches'), useLocale()]
  if (rows.length === 0) return <p className="text-ink-2">{t('noRows')}</p>
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {rows.map(({ line, payoutId, payout, riskLevel, outcome, why }) => (
        <li key={line} className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 px-4 py-3 sm:px-5">
          <p className="min-w-0 break-words">
            <span className="text-ink-2">
              {t('line')} {line}
            </span>{' '}
            <Link href={`/desk/payouts/${payoutId}`} prefetch={false} className="text-link">
              <bdi>{payout ? receiverName(payout.receiver) : payoutId}</bdi>
            </Link>
          </p>
          <p className="text-right">
            {payout && <Amount display={displayAmount(payout.amountMinor, payout.currency)} />}
          </p>
          <div className="col-span-2 flex flex-wrap items-center gap-x-3 text-[0.9375rem] leading-6 text-ink-2">
            <RiskMark level={riskLevel} />
            {why && <bdi>{refusalText(locale, why)}</bdi>}
            {outcome === 'excluded' && <span>{t('decision.waits')}</span>}
          </div>
        </li>
      ))}
    </ul>
  )
}
