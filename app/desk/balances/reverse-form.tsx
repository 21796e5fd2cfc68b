'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { hiddenPart } from '#app/_ui/hidden-part.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { reverse } from './actions.ts'

/** A page has several of these, so every field has an id of its own. */
export function ReverseForm({ id, reference }: { id: string; reference: string }) {
  const [state, action] = useActionState(reverse, untouched)
  const { problems, values } = state
  const [t, form] = [useTranslations('balances.takeBack'), useTranslations('common.form')]
  return (
    <Fold title={t('open')} open={state.message !== null}>
      <form action={action} noValidate className="mt-1 mb-3 w-full max-w-md space-y-3">
        <FormProblems
          state={state}
          labels={{ [`reason-${id}`]: fixedNames.reason, [`code-${id}`]: form('code') }}
        />
        <input type="hidden" name="id" value={id} />
        <TextField
          name={`reason-${id}`}
          label={fixedNames.reason}
          problem={problems[`reason-${id}`]}
          input={{ maxLength: 500, defaultValue: values[`reason-${id}`] }}
        />
        <CodeField name={`code-${id}`} problem={problems[`code-${id}`]} />
        <SubmitButton look="danger">
          {t.rich('submit', { reference: () => <bdi>{reference}</bdi>, of: hiddenPart })}
        </SubmitButton>
      </form>
    </Fold>
  )
}
