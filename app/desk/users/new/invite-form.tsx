'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { roles } from '#lib/payouts/permissions.ts'
import { invite } from '../actions.ts'

const labels = { name: 'Name', email: 'E-mail', role: 'Role', code: 'One-time code' }

export function InviteForm() {
  const [{ values, problems, ...state }, action] = useActionState(invite, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={{ values, problems, ...state }} labels={labels} startOver="/desk/users/new" />
      <TextField
        name="name"
        label={labels.name}
        problem={problems['name']}
        input={{ autoComplete: 'off', defaultValue: values['name'] }}
      />
      <TextField
        name="email"
        label={labels.email}
        problem={problems['email']}
        input={{ type: 'email', autoComplete: 'off', defaultValue: values['email'] }}
      />
      <SelectField
        name="role"
        label={labels.role}
        options={roles}
        defaultValue={values['role'] ?? 'clerk'}
        problem={problems['role']}
      />
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full">Send the invitation</SubmitButton>
    </form>
  )
}
