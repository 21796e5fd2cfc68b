'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { release } from './actions.ts'

const labels = { why: 'How you know that it is right', code: 'One-time code' }

export function ReleaseForm({ id }: { id: string }) {
  const [state, action] = useActionState(release, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} labels={labels} title="Not released" />
      <input type="hidden" name="id" value={id} />
      <AreaField
        name="why"
        label={labels.why}
        hint="Ask the receiver in a way that you know from before, not by the contact given with this account. For the audit."
        rows={2}
        maxLength={500}
        defaultValue={state.values['why'] ?? ''}
        problem={state.problems['why']}
      />
      <CodeField problem={state.problems['code']} />
      <SubmitButton className="w-full">Release account</SubmitButton>
    </form>
  )
}
