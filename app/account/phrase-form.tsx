'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { savePhrase } from './phrase-action.ts'

/** By it a receiver knows that a mail or the sign-in page is ours. */
export function PhraseForm({ phrase }: { phrase: string | null }) {
  const t = useTranslations('account.phrase')
  const [state, action] = useActionState(savePhrase, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} oneField />
      <TextField
        name="phrase"
        label={t('label')}
        hint={t('hint')}
        optional
        problem={state.problems['phrase']}
        input={{ autoComplete: 'off', defaultValue: state.values['phrase'] ?? phrase ?? '' }}
      />
      <SubmitButton look="secondary">{t('save')}</SubmitButton>
    </form>
  )
}
