'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { change } from './actions.ts'

const inputs = { firstName: 'First name', lastName: 'Last name', email: 'E-mail' } as const
const labels = { ...inputs, reason: 'Reason', code: 'One-time code' }

export function ChangeForm({ id, known }: { id: string; known: Record<keyof typeof inputs, string> }) {
  const [state, action] = useActionState(change, untouched)
  const { values, problems } = state
  const names = Object.keys(inputs) as (keyof typeof inputs)[]
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title="Not changed" />
      <input type="hidden" name="id" value={id} />
      {names.map((name) => (
        <input key={name} type="hidden" name={`seen-${name}`} value={known[name]} />
      ))}
      {names.map((name) => (
        <TextField
          key={name}
          name={name}
          label={inputs[name]}
          optional
          problem={problems[name]}
          input={{ autoComplete: 'off', maxLength: 200, defaultValue: values[name] ?? known[name] }}
        />
      ))}
      <AreaField
        name="reason"
        label={labels.reason}
        hint="Who said so, and how you know that it was them. For the audit."
        rows={2}
        maxLength={500}
        defaultValue={values['reason'] ?? ''}
        problem={problems['reason']}
      />
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full">Change the receiver</SubmitButton>
    </form>
  )
}
