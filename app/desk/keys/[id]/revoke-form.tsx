'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { revoke } from '../actions.ts'

export function RevokeForm({ id }: { id: string }) {
  const [t, common] = [useTranslations('keys.revoke'), useTranslations('common.form')]
  const [state, action] = useActionState(revoke, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={{ code: common('code') }} title={t('not')} />
      <input type="hidden" name="id" value={id} />
      <CodeField problem={state.problems['code']} />
      <SubmitButton look="danger" className="w-full">
        {t('button')}
      </SubmitButton>
    </form>
  )
}
