import { useTranslations } from 'next-intl'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { UnknownPayout } from '#lib/services/settlement/show-unknown.ts'

/** As many as people take in at a glance; older ones are folded away. */
const shownAtOnce = 6

/** Every request about the payment and every callback, oldest first, with Cardzo's serial numbers. */
export function Evidence({ known }: { known: UnknownPayout['known'] }) {
  const t = useTranslations('unknown.evidence')
  const older = known.slice(0, -shownAtOnce)
  if (known.length === 0) return <p className="text-[0.9375rem] text-ink-2">{t('none')}</p>
  return (
    <>
      {older.length > 0 && (
        <Fold title={t('earlier', { n: older.length })}>
          <List known={older} label={t('earlierList')} />
        </Fold>
      )}
      <List known={known.slice(-shownAtOnce)} label={t('list')} />
    </>
  )
}

function List({ known, label }: { known: UnknownPayout['known']; label: string }) {
  return (
    <ol
      aria-label={label}
      className="divide-y divide-line rounded-xl border border-line px-4 text-sm leading-6"
    >
      {known.map((one, index) => (
        <li key={index} className="py-2.5">
          {one.kind === 'request' ? <Request request={one.request} /> : <Callback callback={one.callback} />}
        </li>
      ))}
    </ol>
  )
}

function Request({
  request,
}: {
  request: Extract<UnknownPayout['known'][number], { kind: 'request' }>['request']
}) {
  const t = useTranslations('unknown.evidence')
  const { what, answer, httpStatus, sentAt, at, serialNumber } = request
  return (
    <>
      <p>
        <span className="font-medium">{what === 'status' ? t('status') : t('pay')}</span>:{' '}
        <span>
          <Foreign text={answer} />
          <span>{httpStatus !== null && t('http', { code: String(httpStatus) })}</span>
        </span>
      </p>
      <p className="text-[0.8125rem] leading-5 text-ink-3">
        <span>
          {sentAt === null ? (
            <Time at={at} seconds />
          ) : (
            t.rich('sent', {
              time: () => <Time at={sentAt} seconds />,
              at: () => <Time at={at} seconds />,
            })
          )}
        </span>
        <span>
          {' '}
          ·{' '}
          <span>
            {serialNumber === null
              ? t('noSerial')
              : t.rich('serial', { serial: () => <Foreign text={serialNumber} /> })}
          </span>
        </span>
      </p>
    </>
  )
}

function Callback({
  callback: { status, type, deliveries, receivedAt },
}: {
  callback: Extract<UnknownPayout['known'][number], { kind: 'callback' }>['callback']
}) {
  const t = useTranslations('unknown.evidence')
  const facts = [
    ...(type === null ? [] : [t('type', { type })]),
    ...(deliveries > 1 ? [t('deliveries', { n: deliveries })] : []),
  ]
  return (
    <>
      <p>
        <span className="font-medium">{t('callback')}</span>: <Foreign text={[status, ...facts].join(', ')} />
      </p>
      <p className="text-[0.8125rem] leading-5 text-ink-3">
        <Time at={receivedAt} seconds />
      </p>
    </>
  )
}
