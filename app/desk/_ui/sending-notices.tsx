import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
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
  const { stop, askFirst, silentSince, mayStop } = shown(await showSending(await getDeps(), actor))
  if (!stop && !askFirst && !silentSince) return null
  return (
    <div className="mb-8 space-y-4">
      {stop && <StopNotice stop={stop} mayRelease={mayStop} />}
      {askFirst && <AskFirstNotice askFirst={askFirst} />}
      {silentSince && <SilentNotice since={silentSince} />}
    </div>
  )
}

function StopNotice({ stop, mayRelease }: { stop: ShownStop; mayRelease: boolean }) {
  return (
    <Alert tone="bad" title="Payments are stopped. No payout-pay is sent.">
      <p>
        Stopped by <bdi>{stop.stoppedByName}</bdi>, <Time at={stop.stoppedAt} seconds />:{' '}
        <bdi>{stop.reason}</bdi>
      </p>
      <p className="mt-1">
        Asking, callbacks and results go on.{' '}
        <Link href="/desk/stop" prefetch={false} className="text-link">
          {mayRelease ? 'Release them' : 'The stop switch'}
        </Link>
      </p>
      <InFlightList stop={stop} />
    </Alert>
  )
}

/** Payouts claimed for payout-pay before the stop, and their status now. */
export function InFlightList({ stop }: { stop: ShownStop }) {
  const label = useTranslations('status.label')
  const title = `Already in flight when stopped: ${stop.inFlight.length}`
  if (stop.inFlight.length === 0) return <p className="mt-1">{title}</p>
  return (
    <Fold title={title} className="mt-1" open={stop.inFlight.length <= 3}>
      <ul className="mt-1 space-y-1">
        {stop.inFlight.map((one) => (
          <li key={one.payoutId} className="flex flex-wrap items-center gap-x-3">
            <TextLink href={`/desk/payouts/${one.payoutId}`}>
              {displayAmount(one.amountMinor, one.currency)}
            </TextLink>
            <span>
              claimed <Time at={one.since} seconds />, now:{' '}
              <span>{one.status === null ? 'unknown' : label(one.status)}</span>
            </span>
          </li>
        ))}
      </ul>
    </Fold>
  )
}

function AskFirstNotice({ askFirst }: { askFirst: AskFirst }) {
  return (
    <Alert tone="warn" title="Cardzo is asked first: this database may have been restored from a backup.">
      <p>
        Since <Time at={askFirst.startedAt} seconds />, by <bdi>{askFirst.startedBy}</bdi>:{' '}
        <bdi>{askFirst.why}</bdi>
      </p>
      <p className="mt-1">
        Cardzo is asked about every open order, and for each new one whether it exists, before anything is
        sent. Payouts that were asked for after the backup may be missing here, and decisions made since may
        have to be made again. When docs/restore.md has been gone through, the operator ends this with{' '}
        <code className="font-mono text-sm break-words">npm run admin -- restore:end --by NAME</code>
      </p>
    </Alert>
  )
}

function SilentNotice({ since }: { since: Date }) {
  return (
    <Alert tone="warn" title="Cardzo does not answer.">
      <p>
        Cardzo has not answered since <Time at={since} />; requests and approvals go on, payouts wait. The
        portal asks with one question at a time, and everything goes on by itself with the first answer. If it
        lasts, ask Cardzo, or look at the network of the workers.
      </p>
    </Alert>
  )
}
