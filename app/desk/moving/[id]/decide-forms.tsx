'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { DecideForm } from '#app/desk/_ui/decide-form.tsx'
import { decide } from '../actions.ts'

/** For an administrator who did not propose it. */
export function DecideImport({ id }: { id: string }) {
  const t = useTranslations('moving.decide')
  const words = { notDecided: t('notDecided'), confirm: t('confirm'), reject: t('reject') }
  return <DecideForm action={decide} about={{ name: 'id', value: id }} words={words} />
}

/** For the proposer. */
export function WithdrawForm({ id }: { id: string }) {
  const t = useTranslations('moving.decide')
  const [state, action] = useActionState(decide, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} title={t('notDecided')} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="decision" value="withdrawn" />
      <SubmitButton look="danger">{t('withdraw')}</SubmitButton>
    </form>
  )
}
