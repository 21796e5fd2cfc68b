import { useTranslations } from 'next-intl'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { AskNowForm } from '#app/desk/_ui/ask-now-form.tsx'
import type { InboxCallback } from '#lib/services/ports.ts'
import { verdictOf } from './verdict.ts'

const tones = { good: 'text-good', bad: 'text-bad', plain: 'text-ink-2' } as const

/** Each message once, with how often it was delivered and what became of it. */
export function CallbackList({
  rows,
  mayAskCardzo,
}: {
  rows: readonly InboxCallback[]
  mayAskCardzo: boolean
}) {
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {rows.map((callback) => (
        <Row key={callback.id} callback={callback} mayAskCardzo={mayAskCardzo} />
      ))}
    </ul>
  )
}

function Row({ callback, mayAskCardzo }: { callback: InboxCallback; mayAskCardzo: boolean }) {
  const t = useTranslations('callbacks')
  const { payoutId, payoutStatus, deliveries, receivedAt, lastReceivedAt } = callback
  const { verdict, tone } = verdictOf(callback)
  const order = { order: callback.orderId, reference: callback.clientOrderId }
  return (
    <li className="px-4 py-4 text-[0.9375rem] leading-6 sm:px-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <p>
          <span className="font-mono text-[0.8125rem]">
            <Foreign text={[callback.status, callback.type].filter((part) => part !== null).join(', ')} />
          </span>{' '}
          <span className={`font-medium ${tones[tone]}`}>{t(`verdict.${verdict}`)}</span>
        </p>
        <p className="text-sm text-ink-3">
          <Time at={receivedAt} seconds />
        </p>
      </div>
      <p className="text-sm break-words text-ink-2">
        <Foreign text={t('order', order)} />
      </p>
      <p className="text-[0.8125rem] text-ink-3">
        <span>{t('delivered', { n: deliveries })}</span>
        {deliveries > 1 && (
          <span> · {t.rich('last', { at: () => <Time at={lastReceivedAt} short seconds /> })}</span>
        )}
      </p>
      <Fold title={t('fields')} quiet>
        <pre
          tabIndex={0}
          aria-label={t('fields')}
          className="mt-1 overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs leading-5"
        >
          <Foreign text={JSON.stringify(callback.params, null, 2)} />
        </pre>
      </Fold>
      {payoutId !== null && (
        <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-2">
          <TextLink href={`/desk/payouts/${payoutId}`}>{t('open')}</TextLink>
          {mayAskCardzo && payoutStatus !== null && !notAsked.includes(payoutStatus) && (
            <AskNowForm id={payoutId} what={<Foreign text={callback.clientOrderId} />} />
          )}
        </div>
      )}
    </li>
  )
}

/** In these the worker asks by itself, in its own order. */
const notAsked: readonly string[] = ['requested', 'approved', 'paying']
