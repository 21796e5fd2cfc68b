'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { ChoiceField, SelectField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { roles } from '#lib/payouts/permissions.ts'
import type { Role } from '#lib/payouts/permissions.ts'
import { perform } from '../../actions.ts'
import { userActs } from '../../user-acts.ts'
import type { UserAct } from '../../user-acts.ts'

const labels = { role: 'New role', sameAs: 'Same person as', code: 'One-time code' }
const staffRoles = roles.filter((role) => role !== 'receiver')

export function ActForm({
  act,
  userId,
  role,
  sameAs,
  others,
}: {
  act: UserAct
  userId: string
  role: Role
  sameAs: string
  others: readonly { id: string; label: string }[]
}) {
  const [state, action] = useActionState(perform, untouched)
  const { values, problems } = state
  const isFinal = act === 'disable' || act === 'reset-factor'
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} startOver={`/desk/users/${userId}/${act}`} />
      <input type="hidden" name="userId" value={userId} />
      <input type="hidden" name="act" value={act} />
      {act === 'role' && (
        <SelectField
          name="role"
          label={labels.role}
          options={staffRoles}
          defaultValue={values['role'] ?? role}
          problem={problems['role']}
        />
      )}
      {act === 'person' && (
        <ChoiceField
          name="sameAs"
          label={labels.sameAs}
          options={[{ id: '', label: 'Nobody else' }, ...others]}
          defaultValue={values['sameAs'] ?? sameAs}
          problem={problems['sameAs']}
        />
      )}
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full" {...(isFinal && { look: 'danger' })}>
        {userActs[act].button}
      </SubmitButton>
    </form>
  )
}
