'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { decide } from '../actions.ts'

/** For an administrator who did not propose it. */
export function DecideForm({ id }: { id: string }) {
  const t = useTranslations('moving.decide')
  const [state, action] = useActionState(decide, untouched)
  return (
    <form action={action} noValidate className="space-y-4">
      <FormProblems state={state} labels={{ code: t('code') }} title={t('notDecided')} />
      <input type="hidden" name="id" value={id} />
      {/* Enter in the code field decides nothing by itself. */}
      <button type="submit" name="decision" value="" tabIndex={-1} aria-hidden="true" className="hidden" />
      <CodeField problem={state.problems['code']} />
      <div className="grid gap-3 sm:grid-cols-2">
        <SubmitButton name="decision" value="confirmed">
          {t('confirm')}
        </SubmitButton>
        <SubmitButton look="danger" name="decision" value="rejected">
          {t('reject')}
        </SubmitButton>
      </div>
    </form>
  )
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
