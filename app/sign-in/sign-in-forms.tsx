'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { TextField } from '#app/_ui/field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { mailSignInLink, signInWithPassword } from './actions.ts'
import type { SignInState } from './actions.ts'

const untouched: SignInState = { message: null, email: '', sent: false }

export function PasswordForm({ next }: { next: string }) {
  const [state, action] = useActionState(signInWithPassword, untouched)
  return (
    <form action={action} className="space-y-5">
      {state.message !== null && <Alert tone="bad" role="alert" title={state.message} />}
      <input type="hidden" name="next" value={next} />
      <TextField
        name="email"
        label="Email"
        input={{ type: 'email', autoComplete: 'username', defaultValue: state.email, required: true }}
      />
      <TextField
        name="password"
        label="Password"
        input={{ type: 'password', autoComplete: 'current-password', required: true }}
      />
      <SubmitButton className="w-full">Sign in</SubmitButton>
    </form>
  )
}

export function LinkForm() {
  const [state, action] = useActionState(mailSignInLink, untouched)
  return (
    <form action={action} className="space-y-5">
      {state.message !== null && <Alert tone="bad" role="alert" title={state.message} />}
      {state.sent && (
        <Alert tone="good" role="status" title="Look into your mailbox">
          If this address belongs to somebody who receives payouts from us, a link is on its way. It works
          once, for a quarter of an hour.
        </Alert>
      )}
      <TextField
        name="link-email"
        label="Your e-mail address"
        input={{ type: 'email', autoComplete: 'email', defaultValue: state.email, required: true }}
      />
      <SubmitButton look="secondary" className="w-full">
        Email me a sign-in link
      </SubmitButton>
    </form>
  )
}
