'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/code-field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { signInWithCode } from '../actions.ts'
import { StartAgain } from '../start-again.tsx'

export function CodeForm({ next }: { next: string }) {
  const [state, action] = useActionState(signInWithCode, { message: null, isOver: false })
  return (
    <form action={action} noValidate className="space-y-5">
      {state.message !== null && (
        <Alert tone="bad" role="alert" title={state.message}>
          {state.isOver && <StartAgain next={next} />}
        </Alert>
      )}
      <input type="hidden" name="next" value={next} />
      <CodeField autoFocus />
      <SubmitButton className="w-full">Sign in</SubmitButton>
    </form>
  )
}
