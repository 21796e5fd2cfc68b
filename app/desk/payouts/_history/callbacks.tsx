import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { StoredCallback } from '#lib/services/ports.ts'

function standing({ about, comparedAt }: StoredCallback) {
  switch (about) {
    case 'status':
      return comparedAt === null ? 'waits' : 'compared'
    case 'operation':
      return 'operation'
    case 'other_order':
      return 'otherOrder'
  }
}

/** Callbacks as they arrived. They are hints: the status asked afterwards decides. */
export function Callbacks({ callbacks }: { callbacks: readonly StoredCallback[] }) {
  const t = useTranslations('payout.callbacks')
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface px-5">
      {callbacks.map((callback) => (
        <li key={callback.id} className="py-3.5 text-[0.9375rem] leading-6">
          <p>
            <span className="font-mono text-[0.8125rem]">
              <Foreign text={callback.status} />
            </span>
            {callback.type !== null && (
              <span className="text-ink-2">
                {' '}
                (<Foreign text={callback.type} />)
              </span>
            )}
            {callback.deliveries > 1 && (
              <span className="text-ink-2"> · {t('deliveries', { n: callback.deliveries })}</span>
            )}
          </p>
          <p className="text-[0.8125rem] leading-5 text-ink-3">
            <Time at={callback.receivedAt} seconds /> · <span>{t(standing(callback))}</span>
          </p>
        </li>
      ))}
    </ul>
  )
}
