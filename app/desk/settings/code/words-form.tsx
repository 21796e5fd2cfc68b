'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { AreaField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import type { CodeWords } from '#lib/payouts/error-codes.ts'
import { proposeWords } from '#app/desk/settings/actions.ts'
import { ProposeEnd } from '#app/desk/settings/propose-end.tsx'

const parts = ['receiver', 'todo', 'staff'] as const

/** Starts with what people read now. `own`: the merchant wrote it, so it can be taken away. */
export function WordsForm({ code, words, own }: { code: string; words: CodeWords | null; own: boolean }) {
  const t = useTranslations('settings')
  const [state, action] = useActionState(proposeWords, untouched)
  const { values, problems } = state
  const languages = [
    { locale: 'en', name: t('code.english') },
    { locale: 'ru', name: t('code.russian') },
  ] as const
  const labels = {
    ...Object.fromEntries(
      languages.flatMap(({ locale, name }) =>
        parts.map((part) => [`${locale}-${part}`, `${name}: ${t(`code.${part}`)}`]),
      ),
    ),
    errorCode: t('code.errorCode'),
    reason: t('propose.reason'),
    code: t('proposal.code'),
  }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('propose.not')} />
      <input type="hidden" name="errorCode" value={code} />
      {languages.map(({ locale, name }) => (
        <fieldset key={locale} className="space-y-4">
          <legend className="mb-2 font-semibold">{name}</legend>
          {parts.map((part) => (
            <AreaField
              key={part}
              name={`${locale}-${part}`}
              label={t(`code.${part}`)}
              {...(part === 'receiver' && { hint: t('code.hint') })}
              rows={2}
              maxLength={300}
              defaultValue={values[`${locale}-${part}`] ?? words?.[locale][part] ?? ''}
              problem={problems[`${locale}-${part}`]}
            />
          ))}
        </fieldset>
      ))}
      {own && (
        <div>
          <label className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
            <input
              type="checkbox"
              name="remove"
              value="yes"
              className="size-5"
              aria-describedby="remove-hint"
            />
            <span>{t('code.remove')}</span>
          </label>
          <p id="remove-hint" className="text-sm text-ink-3">
            {t('code.removeHint')}
          </p>
        </div>
      )}
      <ProposeEnd state={state} />
    </form>
  )
}
