'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { change } from './actions.ts'

const names = ['firstName', 'lastName', 'email'] as const

export function ChangeForm({ id, known }: { id: string; known: Record<(typeof names)[number], string> }) {
  const t = useTranslations('receivers')
  const [state, action] = useActionState(change, untouched)
  const { values, problems } = state
  const inputs = { firstName: t('form.firstName'), lastName: t('form.lastName'), email: t('email') }
  const labels = { ...inputs, reason: t('form.reason'), code: t('form.code') }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('form.notChanged')} />
      <input type="hidden" name="id" value={id} />
      {names.map((name) => (
        <input key={name} type="hidden" name={`seen-${name}`} value={known[name]} />
      ))}
      {names.map((name) => (
        <TextField
          key={name}
          name={name}
          label={inputs[name]}
          optional
          problem={problems[name]}
          input={{ autoComplete: 'off', maxLength: 200, defaultValue: values[name] ?? known[name] }}
        />
      ))}
      <AreaField
        name="reason"
        label={labels.reason}
        hint={t('form.reasonHint')}
        rows={2}
        maxLength={500}
        defaultValue={values['reason'] ?? ''}
        problem={problems['reason']}
      />
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full">{t('form.submit')}</SubmitButton>
    </form>
  )
}
