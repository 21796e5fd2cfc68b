'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { TextField } from '#app/_ui/form/field.tsx'
import { NewPasswordField } from '#app/_ui/form/new-password-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { accept } from './actions.ts'

export function AcceptForm({ token, email }: { token: string; email: string }) {
  const [t, common] = [useTranslations('invite'), useTranslations('common.form')]
  const [state, action] = useActionState(accept, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={{ password: common('newPassword') }} />
      <input type="hidden" name="token" value={token} />
      <TextField
        name="email"
        label={fixedNames.email}
        hint={t('emailHint')}
        input={{ type: 'email', autoComplete: 'username', value: email, readOnly: true }}
      />
      <NewPasswordField problem={state.problems['password']} />
      <SubmitButton className="w-full">{t('use')}</SubmitButton>
    </form>
  )
}
