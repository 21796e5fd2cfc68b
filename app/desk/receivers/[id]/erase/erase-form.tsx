'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { erase } from './actions.ts'

export function EraseForm({ id }: { id: string }) {
  const t = useTranslations('receivers.erase')
  const words = useTranslations('receivers.form')
  const [state, action] = useActionState(erase, untouched)
  const { values, problems } = state
  const labels = { reason: words('reason'), code: words('code') }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('notProposed')} />
      <input type="hidden" name="id" value={id} />
      <AreaField
        name="reason"
        label={labels.reason}
        hint={t('reasonHint')}
        rows={2}
        maxLength={500}
        defaultValue={values['reason'] ?? ''}
        problem={problems['reason']}
      />
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full">{t('submit')}</SubmitButton>
    </form>
  )
}
