'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { submit } from '../actions.ts'

/** `wrong`: rows with errors, which the maker must say to leave out. */
export function SubmitForm({ id, wrong, count }: { id: string; wrong: number; count: number }) {
  const t = useTranslations('batches')
  const [state, action] = useActionState(submit, untouched)
  return (
    <form action={action} className="space-y-4">
      <FormProblems state={state} oneField />
      <input type="hidden" name="id" value={id} />
      {wrong > 0 && (
        <label className="flex min-h-11 items-center gap-3">
          <input type="checkbox" name="leaveOut" value={wrong} className="size-5 accent-accent" />
          <span>{t('submit.leaveOut', { n: wrong })}</span>
        </label>
      )}
      <SubmitButton>{t('submit.button', { n: count })}</SubmitButton>
    </form>
  )
}
