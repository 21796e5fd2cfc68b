import { useLocale, useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import { receiversName } from '#lib/payouts/receiver-name.ts'
import type { AuditRow } from '#lib/services/ports.ts'
import { factText, factsOf, kindText, valueText } from './words.ts'

export function AuditList({ rows }: { rows: readonly AuditRow[] }) {
  return (
    <ol className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {rows.map((row) => (
        <Row key={String(row.id)} row={row} />
      ))}
    </ol>
  )
}

function Row({ row }: { row: AuditRow }) {
  const [t, site] = [useTranslations('audit'), useTranslations('site')]
  const locale = useLocale()
  const facts = factsOf(locale, row.data)
  return (
    <li className="px-5 py-4 text-[0.9375rem] leading-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <p className="font-medium">{kindText(t, row.kind)}</p>
        <p className="text-sm text-ink-3">
          <Time at={row.at} seconds />
        </p>
      </div>
      <p className="text-sm break-words text-ink-2">
        <span>
          {row.actorKind === 'user' || row.actorKind === 'stranger'
            ? t.rich('by', {
                name: () => (
                  <bdi>
                    {row.actorKind === 'stranger'
                      ? t('stranger')
                      : row.actorName === receiversName
                        ? t('receiver')
                        : row.actorName}
                  </bdi>
                ),
              })
            : t.rich('byKind', {
                name: () => <bdi>{row.actorName}</bdi>,
                kind: t(`actor.${row.actorKind}`),
              })}
        </span>
        {row.subject !== null && (
          <>
            {' · '}
            <span>
              {t.rich('about', {
                id: () => (
                  <span className="font-mono text-[0.8125rem] [overflow-wrap:anywhere]">
                    <Foreign text={row.subject ?? ''} />
                  </span>
                ),
              })}
            </span>
          </>
        )}
      </p>
      {facts.length > 0 && (
        <dl className="mt-1 text-[0.8125rem] leading-5 text-ink-3">
          {facts.map(([name, value]) => (
            <div key={name} className="flex flex-wrap gap-x-2">
              <dt>{factText(t, name)}:</dt>
              <dd className="min-w-0 text-ink-2 [overflow-wrap:anywhere]">
                <Foreign text={valueText({ t, site, locale }, name, value)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  )
}
