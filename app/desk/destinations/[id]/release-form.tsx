'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/code-field.tsx'
import { AreaField } from '#app/_ui/field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { release } from './actions.ts'

export function ReleaseForm({ id }: { id: string }) {
  const [state, action] = useActionState(release, { refused: null, why: '' })
  return (
    <form action={action} noValidate className="space-y-3">
      {state.refused !== null && (
        <Alert tone="bad" title="Not released" role="alert">
          <p>{state.refused}</p>
        </Alert>
      )}
      <input type="hidden" name="id" value={id} />
      <AreaField
        name="why"
        label="How you know that it is right"
        hint="Ask the receiver in a way that you know from before, not by the contact given with this account. For the audit."
        rows={2}
        maxLength={500}
        defaultValue={state.why}
      />
      <CodeField />
      <SubmitButton className="w-full">Release account</SubmitButton>
    </form>
  )
}
