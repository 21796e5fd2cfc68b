'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { freeze } from '../actions.ts'

export function FreezeButton({ token }: { token: string }) {
  const t = useTranslations('destinations')
  const [{ message }, action] = useActionState(freeze, untouched)
  return (
    <form action={action} className="space-y-5">
      {message !== null && <Alert tone="bad" role="alert" title={message} />}
      <input type="hidden" name="token" value={token} />
      <SubmitButton look="danger">{t('freezePage.button')}</SubmitButton>
    </form>
  )
}
