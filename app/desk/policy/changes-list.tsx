import { useLocale, useTranslations } from 'next-intl'
import { factKey } from '#lib/payouts/policy-facts.ts'
import type { PolicyChange } from '#lib/payouts/policy-facts.ts'
import { factName, factText } from '#lib/words/policy-text.ts'

/** What differs, one line each: what it was, crossed out, and what it becomes. */
export function ChangesList({ changes }: { changes: readonly PolicyChange[] }) {
  const words = { locale: useLocale(), t: useTranslations('policy'), risk: useTranslations('risk') }
  const { t } = words
  if (changes.length === 0) return <p className="text-ink-2">{t('changes.none')}</p>
  return (
    <ul className="divide-y divide-line text-[0.9375rem] leading-6">
      {changes.map(({ currency, was, becomes }) => {
        const fact = becomes ?? was
        if (fact === null) return null
        return (
          <li key={`${currency ?? ''} ${factKey(fact)}`} className="py-2.5 first:pt-0 last:pb-0">
            <p className="text-sm text-ink-3">
              <span>{currency ?? t('checks')}</span> · <bdi>{factName(words, fact)}</bdi>
              <span>{was === null && ` (${t('changes.new')})`}</span>
              <span>{becomes === null && ` (${t('changes.removed')})`}</span>
            </p>
            {was !== null && (
              <p className="text-ink-2">
                <span className="sr-only">{t('changes.was')} </span>
                <del>
                  <bdi>{factText(words, was)}</bdi>
                </del>
              </p>
            )}
            {becomes !== null && (
              <p>
                <span className="sr-only">{t('changes.becomes')} </span>
                <ins className="no-underline">
                  <bdi>{factText(words, becomes)}</bdi>
                </ins>
              </p>
            )}
          </li>
        )
      })}
    </ul>
  )
}
