import { Icon } from '#app/_ui/icons.tsx'
import { ageMs } from '#app/_ui/age.ts'
import { Time } from '#app/_ui/time.tsx'
import type { Comparison, ComparisonStore } from '#lib/services/ports.ts'

/** There is one a day; if the last is older than this, one was missed. */
const lateAfterMs = 30 * 60 * 60_000

const counted = (count: number, one: string) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : `${one}s`}`

/** The result and time of the last comparison with Cardzo. */
export function ComparisonResult({ running, finished }: Awaited<ReturnType<ComparisonStore['latest']>>) {
  return (
    <div className="screen-only mt-10 space-y-1 border-t border-line pt-5 text-sm text-ink-2">
      {finished ? <Result comparison={finished} /> : <p>Not compared with Cardzo yet.</p>}
      {running && (
        <p>
          Being compared since <Time at={running.startedAt} />: {counted(running.asked, 'payout')} so far.
        </p>
      )}
    </div>
  )
}

function Result({ comparison }: { comparison: Comparison }) {
  const { asked, unanswered, differences, days, startedAt } = comparison
  const isGood = differences === 0 && unanswered === 0 && ageMs(startedAt) < lateAfterMs
  const difference = differences === 0 ? 'no differences' : counted(differences, 'difference')
  return (
    <p className="flex items-start gap-2">
      <Icon
        name={isGood ? 'check' : 'alert'}
        className={`mt-0.5 size-4 shrink-0 ${isGood ? 'text-good' : 'text-warn'}`}
      />
      <span>
        Compared with Cardzo: {counted(asked, 'payout')} of the last {days} days, {difference}
        <span>{unanswered > 0 && `, ${unanswered} without an answer`}</span>, <Time at={startedAt} />
        <span>{ageMs(startedAt) >= lateAfterMs && '. That is more than a day ago.'}</span>
      </span>
    </p>
  )
}
