'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { retry } from './actions.ts'

export function RetryForm({ id }: { id: string }) {
  const t = useTranslations('decision')
  const [state, action] = useActionState(retry, untouched)
  return (
    <form action={action} className="space-y-3">
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary">{t('retry')}</SubmitButton>
      <Refused state={state} />
    </form>
  )
}
