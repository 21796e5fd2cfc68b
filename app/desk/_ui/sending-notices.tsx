import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { Money } from '#app/_ui/amount.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Time } from '#app/_ui/time.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { shown } from '#app/_server/shown.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AskFirst } from '#lib/services/ports.ts'
import { showSending } from '#lib/services/safety/show-sending.ts'
import type { ShownStop } from '#lib/services/safety/show-sending.ts'

/** On every page of the desk (a test checks): payments are stopped, Cardzo is asked first, or it doesn't answer; since when, and why. */
export async function SendingNotices({ actor }: { actor: Actor }) {
  const { stop, endpointStops, askFirst, silentSince, mayStop } = shown(
    await showSending(await getDeps(), actor),
  )
  if (!stop && endpointStops.length === 0 && !askFirst && !silentSince) return null
  return (
    <div className="mb-8 space-y-4">
      {stop && <StopNotice stop={stop} mayRelease={mayStop} />}
      {endpointStops.map((one) => (
        <StopNotice key={one.id} stop={one} endpoint={one.endpointName} mayRelease={mayStop} />
      ))}
      {askFirst && <AskFirstNotice askFirst={askFirst} />}
      {silentSince && <SilentNotice since={silentSince} />}
    </div>
  )
}

/** `endpoint`: only payments by this one are stopped. */
function StopNotice({
  stop,
  endpoint,
  mayRelease,
}: {
  stop: ShownStop
  endpoint?: string
  mayRelease: boolean
}) {
  const t = useTranslations('desk.sending')
  return (
    <Alert tone="bad" title={endpoint === undefined ? t('paused') : t('pausedAt', { endpoint })}>
      <p>
        {t.rich('by', {
          name: () => <bdi>{stop.stoppedByName}</bdi>,
          at: () => <Time at={stop.stoppedAt} seconds />,
          reason: () => <bdi>{stop.reason}</bdi>,
        })}
      </p>
      <p className="mt-1 flex flex-wrap gap-x-4">
        <span>{t('tracked')}</span>
        <Link
          href={stop.endpointId === null ? '/desk/stop' : `/desk/stop?endpoint=${stop.endpointId}`}
          prefetch={false}
          className="text-link"
        >
          {mayRelease ? t('resume') : t('toSwitch')}
        </Link>
      </p>
      <InFlightList stop={stop} />
    </Alert>
  )
}

/** Payouts claimed for payout-pay before the stop, and their status now. */
export function InFlightList({ stop }: { stop: ShownStop }) {
  const t = useTranslations('desk.sending')
  const title = t('inFlight', { n: stop.inFlight.length })
  if (stop.inFlight.length === 0) return <p className="mt-1">{title}</p>
  return (
    <Fold title={title} className="mt-1" open={stop.inFlight.length <= 3}>
      <ul className="mt-1 space-y-1">
        {stop.inFlight.map((one) => (
          <InFlight key={one.payoutId} one={one} />
        ))}
      </ul>
    </Fold>
  )
}

function InFlight({ one }: { one: ShownStop['inFlight'][number] }) {
  const [t, label] = [useTranslations('desk.sending'), useTranslations('status.label')]
  return (
    <li className="flex flex-wrap items-center gap-x-3">
      <TextLink href={`/desk/payouts/${one.payoutId}`}>
        <Money display={displayAmount(one.amountMinor, one.currency)} />
      </TextLink>
      <span>
        {t.rich('claimed', {
          at: () => <Time at={one.since} seconds />,
          status: one.status === null ? t('notKnown') : label(one.status),
        })}
      </span>
    </li>
  )
}

const endCommand = 'npm run admin -- restore:end --by NAME'

function AskFirstNotice({ askFirst }: { askFirst: AskFirst }) {
  const t = useTranslations('desk.askFirst')
  return (
    <Alert tone="warn" title={t('title')}>
      <p>
        {t.rich('since', {
          at: () => <Time at={askFirst.startedAt} seconds />,
          name: () => <bdi>{askFirst.startedBy}</bdi>,
          reason: () => <bdi>{askFirst.why}</bdi>,
        })}
      </p>
      <p className="mt-1">
        <span>{t('text')}</span>{' '}
        <span>
          {t.rich('end', {
            code: () => <code className="font-mono text-sm break-words">{endCommand}</code>,
          })}
        </span>
      </p>
    </Alert>
  )
}

function SilentNotice({ since }: { since: Date }) {
  const t = useTranslations('desk.silent')
  return (
    <Alert tone="warn" title={t('title')}>
      <p>{t.rich('text', { at: () => <Time at={since} /> })}</p>
    </Alert>
  )
}
