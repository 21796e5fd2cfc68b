'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/code-field.tsx'
import { TextField } from '#app/_ui/field.tsx'
import { NewPasswordField } from '#app/_ui/new-password-field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { setOwnPassword } from '../actions.ts'

export function PasswordForm({ hasPassword, needsCode }: { hasPassword: boolean; needsCode: boolean }) {
  const [state, action] = useActionState(setOwnPassword, { message: null, field: null })
  const problem = (field: string) => (state.field === field ? (state.message ?? undefined) : undefined)
  return (
    <form action={action} noValidate className="space-y-5">
      {state.message !== null && (
        <Alert tone="bad" role="alert" title="Not changed">
          {state.message}
        </Alert>
      )}
      {hasPassword && (
        <TextField
          name="present"
          label="Present password"
          problem={problem('present')}
          input={{ type: 'password', autoComplete: 'current-password' }}
        />
      )}
      <NewPasswordField problem={problem('password')} />
      {needsCode && <CodeField />}
      <SubmitButton className="w-full">Change password</SubmitButton>
    </form>
  )
}
