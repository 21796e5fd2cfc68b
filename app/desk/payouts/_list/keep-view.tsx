'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Fold } from '#app/_ui/fold.tsx'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { keepView, removeKeptView, renameKeptView } from '../actions.ts'

type Kept = { id: string; name: string; shared: boolean }

/** Keeps what the list shows now as a view, renames one, or takes one away. */
export function KeepView({ query, own }: { query: string; own: readonly Kept[] }) {
  const t = useTranslations('payouts')
  const [kept, keep] = useActionState(keepView, untouched)
  const [renamed, rename] = useActionState(renameKeptView, untouched)
  const [removed, remove] = useActionState(removeKeptView, untouched)
  return (
    <Fold title={t('keep.title')}>
      <div className="mt-1 space-y-4 rounded-xl border border-line bg-surface p-4">
        <form action={keep} className="flex flex-wrap items-end gap-4">
          <input type="hidden" name="query" value={query} />
          <label className="block text-sm text-ink-2">
            <span className="mb-1 block">{t('keep.name')}</span>
            <input
              name="name"
              required
              maxLength={60}
              dir="auto"
              defaultValue={kept.values['name'] ?? ''}
              className="block min-h-11 rounded-lg border border-line-strong bg-surface px-3 text-base text-ink"
            />
          </label>
          <label className="flex min-h-11 items-center gap-2 text-[0.9375rem]">
            <input type="checkbox" name="shared" value="yes" className="size-4.5 accent-accent" />
            {t('keep.share')}
          </label>
          <SubmitButton look="secondary">{t('keep.save')}</SubmitButton>
          <Refused state={kept} />
        </form>
        {own.length > 0 && (
          <ul className="divide-y divide-line">
            {own.map(({ id, name, shared }) => (
              <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 py-1">
                <form action={rename} className="flex flex-wrap items-center gap-x-3">
                  <input type="hidden" name="id" value={id} />
                  <input
                    // A new key when it has another name, because a form reset would bring the old one back.
                    key={name}
                    name="name"
                    aria-label={t('keep.nameOf', { name })}
                    required
                    maxLength={60}
                    dir="auto"
                    defaultValue={renamed.values['id'] === id ? (renamed.values['name'] ?? name) : name}
                    className="min-h-11 rounded-lg border border-line-strong bg-surface px-3 text-base text-ink"
                  />
                  <SubmitButton look="quiet">{t('keep.rename', { name })}</SubmitButton>
                  <span>{shared && <span className="text-sm text-ink-3">{t('keep.shared')}</span>}</span>
                </form>
                <form action={remove}>
                  <input type="hidden" name="id" value={id} />
                  <SubmitButton look="quiet">{t('keep.remove', { name })}</SubmitButton>
                </form>
              </li>
            ))}
          </ul>
        )}
        <Refused state={renamed} />
        <Refused state={removed} />
      </div>
    </Fold>
  )
}
