'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { signInWithLink } from '../../actions.ts'

export function LinkButton({ token }: { token: string }) {
  const [{ message }, action] = useActionState(signInWithLink, untouched)
  return (
    <form action={action} className="space-y-5">
      {message !== null && <Alert tone="bad" role="alert" title={message} />}
      <input type="hidden" name="token" value={token} />
      <p className="text-[0.9375rem] text-ink-2">Press the button to sign in. The link is used up by it.</p>
      <SubmitButton className="w-full">Sign in</SubmitButton>
    </form>
  )
}
