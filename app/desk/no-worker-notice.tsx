import { useTranslations } from 'next-intl'
import { Alert } from '#app/_ui/alert.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import type { Desk } from '#lib/services/desk/show-desk.ts'
import { PayoutName } from './payout-name.tsx'

const command = 'npm run worker'

/** Without a worker nothing moves, and no open item says so. */
export function NoWorkerNotice({ silence }: { silence: Desk['silence'] }) {
  const t = useTranslations('desk.worker')
  if (silence === null) return null
  const { alive, lastSeen, overdue } = silence
  return (
    <div className="mb-10">
      <Alert tone="bad" title={alive ? t('behind') : t('none')}>
        {!alive && (
          <p>
            <span>
              {lastSeen === null
                ? t('never')
                : t.rich('lastSeen', { at: () => <Time at={lastSeen} seconds /> })}
            </span>{' '}
            <span>
              {t.rich('start', { code: () => <code className="font-mono text-sm">{command}</code> })}
            </span>
          </p>
        )}
        {overdue.length > 0 && (
          <>
            <p className="mt-1">{t('overdue')}</p>
            <ul className="mt-1">
              {overdue.map((payout) => (
                <li key={payout.id} className="flex flex-wrap items-baseline gap-x-3">
                  <TextLink href={`/desk/payouts/${payout.id}`}>
                    <PayoutName payout={payout} />
                  </TextLink>
                  {payout.dueAt && <Overdue since={payout.dueAt} />}
                </li>
              ))}
            </ul>
          </>
        )}
      </Alert>
    </div>
  )
}

function Overdue({ since }: { since: Date }) {
  const t = useTranslations('desk.worker')
  return <span className="text-sm">{t.rich('overdueFor', { age: () => <Age at={since} /> })}</span>
}
