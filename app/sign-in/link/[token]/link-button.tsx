'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { signInWithLink } from '../../actions.ts'

export function LinkButton({ token }: { token: string }) {
  const [problem, action] = useActionState(signInWithLink, null)
  return (
    <form action={action} className="space-y-5">
      {problem !== null && <Alert tone="bad" role="alert" title={problem} />}
      <input type="hidden" name="token" value={token} />
      <p className="text-[0.9375rem] text-ink-2">Press the button to sign in. The link is used up by it.</p>
      <SubmitButton className="w-full">Sign in</SubmitButton>
    </form>
  )
}
