'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { DecideForm } from '#app/desk/_ui/decide-form.tsx'
import { decideChange } from './actions.ts'

/** For an administrator who did not propose it. */
export function DecideSettings({ version }: { version: number }) {
  const t = useTranslations('settings.proposal')
  const words = { notDecided: t('notDecided'), confirm: t('confirm'), reject: t('reject') }
  return <DecideForm action={decideChange} about={{ name: 'version', value: version }} words={words} />
}

/** For the proposer. */
export function WithdrawForm({ version }: { version: number }) {
  const t = useTranslations('settings.proposal')
  const [state, action] = useActionState(decideChange, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} title={t('notWithdrawn')} />
      <input type="hidden" name="version" value={version} />
      <input type="hidden" name="decision" value="withdrawn" />
      <SubmitButton look="danger">{t('withdraw')}</SubmitButton>
    </form>
  )
}
