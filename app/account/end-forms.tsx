'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { endOne, endOthers } from './actions.ts'

/** `name` is what a screen reader hears behind "End". */
export function EndForm({ sessionId, name }: { sessionId: string; name: string }) {
  const t = useTranslations('account.sessions')
  const [state, action] = useActionState(endOne, untouched)
  return (
    <form action={action} className="flex flex-wrap items-center gap-x-3">
      <input type="hidden" name="sessionId" value={sessionId} />
      <SubmitButton look="secondary">
        <span>{t('end')}</span>
        <span className="sr-only"> {t.rich('endWhat', { name: () => <bdi>{name}</bdi> })}</span>
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}

export function EndOthersForm() {
  const t = useTranslations('account.sessions')
  const [state, action] = useActionState(endOthers, untouched)
  return (
    <form action={action} className="mt-4 flex flex-wrap items-center gap-x-4">
      <SubmitButton look="secondary">{t('endOthers')}</SubmitButton>
      <Refused state={state} />
    </form>
  )
}
