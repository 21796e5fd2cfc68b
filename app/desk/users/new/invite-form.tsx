'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import type { Role } from '#lib/payouts/permissions.ts'
import { invite } from '../actions.ts'

/** `roles` with their names. */
export function InviteForm({ roles }: { roles: readonly { value: Role; text: string }[] }) {
  const [t, common] = [useTranslations('users'), useTranslations('common.form')]
  const [{ values, problems, ...state }, action] = useActionState(invite, untouched)
  const labels = { name: t('name'), email: t('email'), role: t('role'), code: common('code') }
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
      <SubmitButton className="w-full">{t('invite.send')}</SubmitButton>
    </form>
  )
}
