import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Age } from '#app/_ui/time.tsx'
import type { SessionRow } from '#lib/services/ports.ts'
import { browserName } from './browser-name.ts'
import { EndForm, EndOthersForm } from './end-forms.tsx'

/** The session that shows this page comes first; signing out ends it. */
export function Sessions({ sessions }: { sessions: readonly SessionRow[] }) {
  const t = useTranslations('account')
  const inOrder = [...sessions].sort((a, b) => Number(b.isHere) - Number(a.isHere))
  return (
    <>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {inOrder.map(({ id, userAgent, ip, lastSeenAt, isHere }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-4">
            <div className="min-w-0 text-[0.9375rem]">
              <p className="font-medium break-words">
                <Foreign text={browserName(t, userAgent)} />
                <span>
                  {isHere && <span className="font-normal text-ink-2"> – {t('sessions.here')}</span>}
                </span>
              </p>
              <p className="text-sm text-ink-3">
                <bdi>{ip ?? t('sessions.unknownAddress')}</bdi> ·{' '}
                {t.rich('sessions.seen', { age: () => <Age at={lastSeenAt} /> })}
              </p>
            </div>
            {!isHere && <EndForm sessionId={id} name={browserName(t, userAgent)} />}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && <EndOthersForm />}
    </>
  )
}
