'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { importKinds } from '#lib/payouts/import-problems.ts'
import { propose } from '../actions.ts'

/** The file, what it holds, and the code that a proposal takes. */
export function ProposeForm() {
  const t = useTranslations('moving')
  const [state, action] = useActionState(propose, untouched)
  const { values, problems } = state
  const labels = { source: t('new.source'), code: t('new.code') }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('new.notChecked')} />
      {state.answer && (
        <Alert tone="bad" role="alert" title={t('new.unread')}>
          <ul>
            {state.answer.map(({ line, message }, index) => (
              <li key={index} className="break-words">
                {line > 0 && `${t('line')} ${line}: `}
                <bdi>{message}</bdi>
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <SelectField
        name="kind"
        label={t('new.kind')}
        defaultValue={values['kind'] ?? 'receivers'}
        options={importKinds.map((kind) => ({ value: kind, text: t(`kind.${kind}`) }))}
      />
      <div>
        <label htmlFor="file" className="mb-1.5 block text-[0.9375rem] font-medium">
          {t('new.file')}
        </label>
        <input
          id="file"
          name="file"
          type="file"
          accept=".csv,text/csv,.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          className="block w-full min-w-0 text-[0.9375rem] file:mr-4 file:min-h-11 file:rounded-lg file:border file:border-line-strong file:bg-surface file:px-4 file:text-ink"
        />
      </div>
      <TextField
        name="source"
        label={labels.source}
        hint={t('new.sourceHint')}
        problem={problems['source']}
        optional
        input={{ autoComplete: 'off', maxLength: 60, defaultValue: values['source'] }}
      />
      <div>
        <label className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
          <input
            type="checkbox"
            name="atOnce"
            value="yes"
            aria-describedby="atOnce-hint"
            defaultChecked={values['atOnce'] === 'yes'}
            className="size-5 shrink-0 accent-accent"
          />
          <span>{t('new.atOnce')}</span>
        </label>
        <p id="atOnce-hint" className="text-sm text-ink-3">
          {t('new.atOnceHint')}
        </p>
      </div>
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full">{t('new.check')}</SubmitButton>
    </form>
  )
}
