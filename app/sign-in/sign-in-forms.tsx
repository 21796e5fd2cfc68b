'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { mailSignInLink, signInWithPassword } from './actions.ts'

export function PasswordForm({ next }: { next: string }) {
  const [state, action] = useActionState(signInWithPassword, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={{ email: 'Email', password: 'Password' }} />
      <input type="hidden" name="next" value={next} />
      <TextField
        name="email"
        label="Email"
        problem={state.problems['email']}
        input={{ type: 'email', autoComplete: 'username', defaultValue: state.values['email'] }}
      />
      <TextField
        name="password"
        label="Password"
        problem={state.problems['password']}
        input={{ type: 'password', autoComplete: 'current-password' }}
      />
      <SubmitButton className="w-full">Sign in</SubmitButton>
    </form>
  )
}

export function LinkForm() {
  const [state, action] = useActionState(mailSignInLink, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={{ 'link-email': 'Your e-mail address' }} />
      {state.answer === 'sent' && (
        <Alert tone="good" role="status" title="Look into your mailbox">
          If this address belongs to somebody who receives payouts from us, a link is on its way. It works
          once, for a quarter of an hour.
        </Alert>
      )}
      <TextField
        name="link-email"
        label="Your e-mail address"
        problem={state.problems['link-email']}
        input={{ type: 'email', autoComplete: 'email', defaultValue: state.values['link-email'] }}
      />
      <SubmitButton look="secondary" className="w-full">
        Email me a sign-in link
      </SubmitButton>
    </form>
  )
}
