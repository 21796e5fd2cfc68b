'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { release } from './actions.ts'

export function ReleaseForm({ id }: { id: string }) {
  const [t, code] = [useTranslations('newAccounts.release'), useTranslations('common.form')('code')]
  const [state, action] = useActionState(release, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} labels={{ why: t('why'), code }} title={t('failed')} />
      <input type="hidden" name="id" value={id} />
      <AreaField
        name="why"
        label={t('why')}
        hint={t('hint')}
        rows={2}
        maxLength={500}
        defaultValue={state.values['why'] ?? ''}
        problem={state.problems['why']}
      />
      <CodeField problem={state.problems['code']} />
      <SubmitButton className="w-full">{t('submit')}</SubmitButton>
    </form>
  )
}
