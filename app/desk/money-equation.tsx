import { Alert } from '#app/_ui/alert.tsx'
import { Section } from '#app/_ui/card.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { ageMs } from '#app/_ui/age.ts'
import { Time } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { MoneyCheck, MoneyLine } from '#lib/services/ports.ts'

/** A worker computes it about every minute; one older than this says little. */
const oldAfterMs = 10 * 60_000

const columns = [
  ['requestedMinor', 'Requested', ''],
  ['paidMinor', 'Paid', '='],
  ['inFlightMinor', 'In flight', '+'],
  ['rejectedMinor', 'Rejected', '+'],
  ['cancelledMinor', 'Cancelled', '+'],
  ['expiredMinor', 'Expired', '+'],
  ['failedMinor', 'Failed', '+'],
  ['unknownMinor', 'Unknown', '+'],
] as const satisfies readonly [Exclude<keyof MoneyLine, 'currency'>, string, string][]

/**
 * requested = paid + in flight + rejected + cancelled + expired + failed + unknown, per currency: green, or red with what disagrees.
 */
export function MoneyEquation({ money }: { money: MoneyCheck | null }) {
  if (money === null)
    return (
      <Section id="money" title="Does the money add up?">
        <p className="text-[0.9375rem] text-ink-2">
          A worker has not looked yet. It does about every minute.
        </p>
      </Section>
    )
  return (
    <Section id="money" title="Does the money add up?" aside={<Verdict money={money} />}>
      {!money.balanced && <Trouble money={money} />}
      {money.lines.length > 0 && (
        <div className="space-y-3 lg:space-y-0 lg:divide-y lg:divide-line lg:rounded-2xl lg:border lg:border-line lg:bg-surface">
          {money.lines.map((line) => (
            <Line key={line.currency} line={line} />
          ))}
        </div>
      )}
      {money.wholeAt && (
        <p className="mt-3 text-[0.875rem] text-ink-3">
          Everything was compared <Time at={money.wholeAt} seconds />, what has changed since then about every
          minute.
        </p>
      )}
    </Section>
  )
}

function Verdict({ money: { balanced, checkedAt } }: { money: MoneyCheck }) {
  const isOld = ageMs(checkedAt) > oldAfterMs
  const look = !balanced ? 'text-bad' : isOld ? 'text-warn' : 'text-good'
  return (
    <span className="flex items-center gap-2">
      <Icon name={balanced && !isOld ? 'check' : 'alert'} className={`size-4 shrink-0 ${look}`} />
      <span className={balanced ? '' : 'font-medium text-bad'}>
        <span>{balanced ? 'Yes' : 'No'}</span>, <Time at={checkedAt} seconds />
        <span>{isOld && '. That is long ago: is a worker running?'}</span>
      </span>
    </span>
  )
}

function Trouble({ money: { wrong, brokenSince } }: { money: MoneyCheck }) {
  return (
    <div className="mb-4">
      <Alert
        tone="bad"
        title="Payouts, history and ledger do not agree. Stop payments until it is understood."
      >
        <ul className="list-disc pl-5 marker:text-bad">
          {wrong.slice(0, 20).map((sentence) => (
            <li key={sentence} className="break-words">
              <Foreign text={sentence} />
            </li>
          ))}
        </ul>
        {wrong.length > 20 && <p>And {wrong.length - 20} more.</p>}
        {brokenSince && (
          <p className="mt-1">
            Since <Time at={brokenSince} seconds />.
          </p>
        )}
      </Alert>
    </div>
  )
}

function Line({ line }: { line: MoneyLine }) {
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-1 rounded-2xl border border-line bg-surface px-4 py-3 text-[0.9375rem] sm:grid-cols-2 md:grid-cols-4 lg:rounded-none lg:border-0 lg:px-5">
      {columns.map(([name, label, sign]) => (
        <div key={name} className="flex items-baseline justify-between gap-3 sm:block">
          <dt className="text-[0.8125rem] text-ink-3">
            <span>{sign !== '' && <span aria-hidden="true">{sign} </span>}</span>
            {label}
          </dt>
          <dd className="whitespace-nowrap">{displayAmount(line[name], line.currency)}</dd>
        </div>
      ))}
    </dl>
  )
}
