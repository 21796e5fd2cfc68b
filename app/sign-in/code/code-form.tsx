'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { signInWithCode } from '../actions.ts'
import { StartAgain } from '../start-again.tsx'

export function CodeForm({ next }: { next: string }) {
  const [state, action] = useActionState(signInWithCode, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      {state.message !== null && (
        <Alert tone="bad" role="alert" title={state.message}>
          {state.code === 'attempt_over' && <StartAgain next={next} />}
        </Alert>
      )}
      <input type="hidden" name="next" value={next} />
      <CodeField autoFocus />
      <SubmitButton className="w-full">
        <span lang="en">{fixedNames.signIn}</span>
      </SubmitButton>
    </form>
  )
}
