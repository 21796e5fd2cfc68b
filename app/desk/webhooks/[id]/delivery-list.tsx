import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { Delivery } from '#lib/services/ports.ts'
import { ActForm } from './act-form.tsx'

/** What was sent to a target and what came of it, newest first. */
export function DeliveryList({
  id,
  rows,
  mayResend,
}: {
  id: string
  rows: readonly Delivery[]
  mayResend: boolean
}) {
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {rows.map((row) => (
        <Row key={String(row.eventId)} id={id} row={row} mayResend={mayResend} />
      ))}
    </ul>
  )
}

function Row({ id, row, mayResend }: { id: string; row: Delivery; mayResend: boolean }) {
  const t = useTranslations('webhooks')
  const { type, payoutId, attempts, attemptedAt, dueAt, deliveredAt, error, answer, durationMs } = row
  const arrived = deliveredAt !== null && error === null
  return (
    <li className="px-4 py-4 text-[0.9375rem] leading-6 sm:px-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <p className="min-w-0">
          <code lang="en" className="font-mono text-[0.8125rem] break-all">
            {type}
          </code>{' '}
          <span className={`font-medium ${arrived ? 'text-good' : dueAt ? 'text-ink-2' : 'text-bad'}`}>
            {arrived
              ? t('delivery.arrived')
              : dueAt
                ? t.rich('delivery.waits', { time: () => <Time at={dueAt} short seconds /> })
                : t('delivery.givenUp')}
          </span>
        </p>
        <p className="text-sm text-ink-3">
          <Time at={attemptedAt ?? row.at} seconds />
        </p>
      </div>
      <p className="text-[0.8125rem] text-ink-3">
        <span>{t('delivery.attempts', { n: attempts })}</span>
        {durationMs !== null && <span> · {t('delivery.took', { ms: durationMs })}</span>}
        <span> · {t('delivery.number', { id: String(row.eventId) })}</span>
      </p>
      {error !== null && (
        <p lang="en" className="text-sm break-words text-ink-2">
          <Foreign text={error} />
        </p>
      )}
      {answer !== null && answer !== '' && (
        <Fold title={t('delivery.answer')} quiet>
          <pre
            tabIndex={0}
            aria-label={t('delivery.answer')}
            className="mt-1 overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs leading-5"
          >
            <Foreign text={answer} />
          </pre>
        </Fold>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-2">
        {payoutId !== null && <TextLink href={`/desk/payouts/${payoutId}`}>{t('delivery.payout')}</TextLink>}
        {mayResend && (
          <ActForm id={id} act="resend" eventId={String(row.eventId)}>
            {t('target.resend')}
            <span className="sr-only"> {t('delivery.number', { id: String(row.eventId) })}</span>
          </ActForm>
        )}
      </div>
    </li>
  )
}
