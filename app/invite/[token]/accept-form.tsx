'use client'
import { useActionState } from 'react'
import { TextField } from '#app/_ui/form/field.tsx'
import { NewPasswordField } from '#app/_ui/form/new-password-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { accept } from './actions.ts'

export function AcceptForm({ token, email }: { token: string; email: string }) {
  const [state, action] = useActionState(accept, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={{ password: 'New password' }} />
      <input type="hidden" name="token" value={token} />
      <TextField
        name="email"
        label="Email"
        hint="You sign in with it."
        input={{ type: 'email', autoComplete: 'username', value: email, readOnly: true }}
      />
      <NewPasswordField problem={state.problems['password']} />
      <SubmitButton className="w-full">Use this password</SubmitButton>
    </form>
  )
}
