import { useTranslations } from 'next-intl'
import { Icon } from '#app/_ui/icons.tsx'
import { ageMs } from '#app/_ui/age.ts'
import { Time } from '#app/_ui/time.tsx'
import type { Comparison, ComparisonStore } from '#lib/services/ports.ts'

/** There is one a day; if the last is older than this, one was missed. */
const lateAfterMs = 30 * 60 * 60_000

/** The result and time of the last comparison with Cardzo. */
export function ComparisonResult({ running, finished }: Awaited<ReturnType<ComparisonStore['latest']>>) {
  const t = useTranslations('desk.compared')
  return (
    <div className="screen-only mt-10 space-y-1 border-t border-line pt-5 text-sm text-ink-2">
      {finished ? <Result comparison={finished} /> : <p>{t('never')}</p>}
      {running && <p>{t.rich('running', { n: running.asked, at: () => <Time at={running.startedAt} /> })}</p>}
    </div>
  )
}

function Result({ comparison }: { comparison: Comparison }) {
  const t = useTranslations('desk.compared')
  const { asked, unanswered, differences, days, startedAt } = comparison
  const isLate = ageMs(startedAt) >= lateAfterMs
  const isGood = differences === 0 && unanswered === 0 && !isLate
  return (
    <p className="flex items-start gap-2">
      <Icon
        name={isGood ? 'check' : 'alert'}
        className={`mt-0.5 size-4 shrink-0 ${isGood ? 'text-good' : 'text-warn'}`}
      />
      <span>
        <span>{t.rich('result', { asked, days, differences, at: () => <Time at={startedAt} /> })}</span>
        {unanswered > 0 && <span> {t('unanswered', { n: unanswered })}</span>}
        {isLate && <span> {t('late')}</span>}
      </span>
    </p>
  )
}
