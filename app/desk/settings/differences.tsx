import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Logo } from '#app/_ui/logo.tsx'
import type { SettingsChange } from '#lib/services/ports.ts'
import { differencesOf } from '#lib/services/policy/setting-lines.ts'

/** What a change changes, one line each: what it was, crossed out, and what it becomes. */
export function Differences({ change }: { change: Pick<SettingsChange, 'was' | 'becomes'> }) {
  const t = useTranslations('settings')
  const logo = change.becomes.brand?.logo
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
      {logo !== undefined && (
        <li className="py-2.5 last:pb-0">
          <p className="text-sm text-ink-3">{t('brand.logo')}</p>
          {[
            { key: 'was', title: t('change.was'), picture: change.was.brand?.logo ?? null },
            { key: 'becomes', title: t('change.becomes'), picture: logo },
          ].map(({ key, title, picture }) => (
            <p key={key} className="mt-1 flex flex-wrap items-center gap-3">
              <span>{title}</span>
              {picture ? <Logo logo={picture} name={t('brand.logo')} /> : t('change.nothing')}
            </p>
          ))}
        </li>
      )}
    </ul>
  )
}
