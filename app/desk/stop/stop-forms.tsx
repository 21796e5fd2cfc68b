'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { release, stop } from './actions.ts'

export function StopForm() {
  const [state, action] = useActionState(stop, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} labels={{ reason: 'Why' }} title="Not stopped" oneField />
      <AreaField
        name="reason"
        label="Why"
        hint="Everybody at the desk reads it."
        rows={2}
        maxLength={500}
        defaultValue={state.values['reason'] ?? ''}
        problem={state.problems['reason']}
      />
      <SubmitButton look="danger" className="w-full">
        Stop payments
      </SubmitButton>
    </form>
  )
}

export function ReleaseForm() {
  const [state, action] = useActionState(release, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems
        state={state}
        labels={{ reason: 'Why they may go on', code: 'One-time code' }}
        title="Not released"
      />
      <AreaField
        name="reason"
        label="Why they may go on"
        hint="Payouts that waited go on one after the other, five a second."
        rows={2}
        maxLength={500}
        defaultValue={state.values['reason'] ?? ''}
        problem={state.problems['reason']}
      />
      <CodeField problem={state.problems['code']} />
      <p className="text-sm text-ink-2">
        Where there is another admin, the one who stopped payments does not release them.
      </p>
      <SubmitButton className="w-full">Release</SubmitButton>
    </form>
  )
}
