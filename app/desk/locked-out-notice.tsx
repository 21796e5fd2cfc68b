import { useTranslations } from 'next-intl'
import { Alert } from '#app/_ui/alert.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { GatewayCondition } from '#lib/services/ports.ts'

/** While Cardzo locks us out, nothing new is sent. Says since when, and where to look. */
export function LockedOutNotice({ condition }: { condition: GatewayCondition }) {
  const t = useTranslations('desk.lockedOut')
  const { lockedOutAt, lockOut } = condition
  if (lockedOutAt === null) return null
  return (
    <div className="mb-10">
      <Alert tone="bad" title={t('title')}>
        <p>
          <span>{t.rich('since', { at: () => <Time at={lockedOutAt} seconds /> })} </span>
          <span>
            {lockOut && (
              <span>{t('last', { command: lockOut.command, code: String(lockOut.httpStatus) })} </span>
            )}
          </span>
          <span>{t('check')}</span>
        </p>
        {lockOut && (
          <p className="mt-1 text-sm">
            {lockOut.gatewayDate === null
              ? t('ourClock', { ours: lockOut.ourDate })
              : t.rich('clocks', {
                  theirs: () => <Foreign text={lockOut.gatewayDate ?? ''} />,
                  ours: lockOut.ourDate,
                })}
          </p>
        )}
      </Alert>
    </div>
  )
}
