'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { makeFile } from '../actions.ts'

export function AskForm({ query, format }: { query: string; format: 'csv' | 'xlsx' }) {
  const t = useTranslations('payouts')
  const [state, action] = useActionState(makeFile, untouched)
  return (
    <form action={action} className="mb-8 space-y-3">
      <input type="hidden" name="query" value={query} />
      <input type="hidden" name="format" value={format} />
      <p>{t('files.ask')}</p>
      <SubmitButton>{t('files.make')}</SubmitButton>
      <Refused state={state} />
    </form>
  )
}
