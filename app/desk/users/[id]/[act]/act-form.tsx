'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { ChoiceField, SelectField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import type { Role } from '#lib/payouts/permissions.ts'
import { perform } from '../../actions.ts'
import type { UserAct } from '../../user-acts.ts'

export function ActForm({
  act,
  userId,
  roles,
  role,
  sameAs,
  others,
}: {
  act: UserAct
  userId: string
  /** With their names. */
  roles: readonly { value: Role; text: string }[]
  role: Role
  sameAs: string
  others: readonly { id: string; label: string }[]
}) {
  const [state, action] = useActionState(perform, untouched)
  const [t, common] = [useTranslations('users'), useTranslations('common.form')]
  const { values, problems } = state
  const labels = { role: t('form.role'), sameAs: t('person.same'), code: common('code') }
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
          options={roles}
          defaultValue={values['role'] ?? role}
          problem={problems['role']}
        />
      )}
      {act === 'person' && (
        <ChoiceField
          name="sameAs"
          label={labels.sameAs}
          options={[{ id: '', label: t('form.nobody') }, ...others]}
          defaultValue={values['sameAs'] ?? sameAs}
          problem={problems['sameAs']}
        />
      )}
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full" {...(isFinal && { look: 'danger' })}>
        {t(`act.${act}.button`)}
      </SubmitButton>
    </form>
  )
}
