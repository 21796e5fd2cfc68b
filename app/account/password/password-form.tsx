'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { NewPasswordField } from '#app/_ui/form/new-password-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { setOwnPassword } from '../actions.ts'

export function PasswordForm({ hasPassword, needsCode }: { hasPassword: boolean; needsCode: boolean }) {
  const [t, common] = [useTranslations('account.password'), useTranslations('common.form')]
  const labels = { present: t('current'), password: common('newPassword'), code: common('code') }
  const [state, action] = useActionState(setOwnPassword, untouched)
  const { problems } = state
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('notChanged')} />
      {hasPassword && (
        <TextField
          name="present"
          label={labels.present}
          problem={problems['present']}
          input={{ type: 'password', autoComplete: 'current-password' }}
        />
      )}
      <NewPasswordField problem={problems['password']} />
      {needsCode && <CodeField problem={problems['code']} />}
      <SubmitButton className="w-full">{t('change')}</SubmitButton>
    </form>
  )
}
