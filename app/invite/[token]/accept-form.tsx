'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { TextField } from '#app/_ui/field.tsx'
import { NewPasswordField } from '#app/_ui/new-password-field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { accept } from './actions.ts'

export function AcceptForm({ token, email }: { token: string; email: string }) {
  const [state, action] = useActionState(accept, { message: null, isWeak: false })
  return (
    <form action={action} noValidate className="space-y-5">
      {state.message !== null && <Alert tone="bad" role="alert" title={state.message} />}
      <input type="hidden" name="token" value={token} />
      <TextField
        name="email"
        label="Email"
        hint="You sign in with it."
        input={{ type: 'email', autoComplete: 'username', value: email, readOnly: true }}
      />
      <NewPasswordField problem={state.isWeak ? (state.message ?? undefined) : undefined} />
      <SubmitButton className="w-full">Use this password</SubmitButton>
    </form>
  )
}
