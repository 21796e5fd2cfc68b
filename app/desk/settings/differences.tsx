import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import type { SettingsChange } from '#lib/services/ports.ts'
import { differencesOf } from '#lib/services/policy/setting-lines.ts'

/** What a change changes, one line each: what it was, crossed out, and what it becomes. */
export function Differences({ change }: { change: Pick<SettingsChange, 'was' | 'becomes'> }) {
  const t = useTranslations('settings')
  return (
    <ul className="divide-y divide-line text-[0.9375rem] leading-6">
      {differencesOf(t, change).map(({ name, code, was, becomes }) => (
        <li key={`${code ?? ''} ${name}`} className="py-2.5 break-words first:pt-0 last:pb-0">
          <p className="text-sm text-ink-3">
            {code === null
              ? name
              : t.rich('change.ofCode', { part: name, code: () => <Foreign text={code} /> })}
          </p>
          <p className="text-ink-2">
            <span className="sr-only">{t('change.was')} </span>
            <del>
              <bdi>{was ?? t('change.nothing')}</bdi>
            </del>
          </p>
          <p>
            <span className="sr-only">{t('change.becomes')} </span>
            <ins className="no-underline">
              <bdi>{becomes ?? t('change.nothing')}</bdi>
            </ins>
          </p>
        </li>
      ))}
    </ul>
  )
}
