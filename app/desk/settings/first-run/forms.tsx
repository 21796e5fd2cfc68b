'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { backup, sendTest } from './actions.ts'

/** Sends a mail to the admin who presses it. */
export function TestMailForm() {
  const t = useTranslations('firstRun.mail')
  const [state, action] = useActionState(sendTest, untouched)
  return (
    <form action={action} className="space-y-3">
      <FormProblems state={state} />
      <SubmitButton look="secondary">{t('send')}</SubmitButton>
    </form>
  )
}

/** An admin vouches for the backup; nobody takes that back. */
export function BackupForm() {
  const t = useTranslations('firstRun.backup')
  const [state, action] = useActionState(backup, untouched)
  const problem = state.problems['tried']
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} title={t('not')} oneField />
      <div>
        <label className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
          <input
            id="tried"
            type="checkbox"
            name="tried"
            value="yes"
            className="size-5 shrink-0 accent-accent"
            {...(problem && { 'aria-invalid': true, 'aria-describedby': 'tried-problem' })}
          />
          <span>{t('tick')}</span>
        </label>
        {problem && (
          <p id="tried-problem" className="text-sm text-bad">
            {problem}
          </p>
        )}
      </div>
      <SubmitButton look="secondary">{t('save')}</SubmitButton>
    </form>
  )
}
