'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { cancel } from './actions.ts'

/** The second press, below the question. */
export function CancelForm({ id, label }: { id: string; label: string }) {
  const t = useTranslations('withdrawals')
  const [state, action] = useActionState(cancel, untouched)
  return (
    <form action={action}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="danger">
        <span>{t('cancelYes')}</span>
        <span className="sr-only">: {label}</span>
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}
