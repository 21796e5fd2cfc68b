import { useTranslations } from 'next-intl'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import type { ShownExchange } from './exchange.ts'

/** A request to Cardzo and its answer, redacted: how long it took, whether our signature was accepted, and Cardzo's clock. */
export function ExchangeFold({ exchange }: { exchange: ShownExchange }) {
  const t = useTranslations('history')
  const { answer, error, httpStatus, durationMs, accepted, gatewayDate, clockOffS } = exchange
  return (
    <>
      {durationMs !== null && <p>{t('exchange.took', { ms: durationMs })}</p>}
      {accepted === false && <p className="font-medium text-bad">{t('exchange.refused')}</p>}
      {clockOffS !== null && <p className="font-medium text-warn">{t('clockOff', { s: clockOffS })}</p>}
      <Fold title={t('exchange.title')} quiet className="open:w-full">
        <div className="mt-1 space-y-2 rounded-lg bg-sunken p-3 text-xs leading-5">
          <p className="font-mono [overflow-wrap:anywhere]">
            <Foreign text={`POST ${exchange.url}`} />
          </p>
          <ul className="flex flex-wrap gap-x-4 text-ink-2">
            {httpStatus !== null && <li>{t('exchange.http', { status: String(httpStatus) })}</li>}
            {accepted === true && <li>{t('exchange.accepted')}</li>}
            {gatewayDate !== null && <li>{t('exchange.clock', { date: gatewayDate })}</li>}
          </ul>
          <Raw title={t('exchange.sent')} text={exchange.sent} />
          <Raw title={t('exchange.answer')} text={answer ?? error ?? t('exchange.none')} />
        </div>
      </Fold>
    </>
  )
}

function Raw({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <p className="text-ink-2">{title}</p>
      <pre tabIndex={0} aria-label={title} className="overflow-x-auto font-mono">
        <Foreign text={text} />
      </pre>
    </div>
  )
}
