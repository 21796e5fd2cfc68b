'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { DecideForm } from '#app/desk/_ui/decide-form.tsx'
import { decideProposal } from './actions.ts'

/** For another admin than the one who proposed it. */
export function DecideAccess({ id, words: label }: { id: string; words: string }) {
  const t = useTranslations('access')
  const words = { notDecided: t('notDecided'), confirm: t('confirm'), reject: t('decline') }
  const about = { name: 'id', value: id }
  return <DecideForm action={decideProposal} {...{ about, words, label }} code={`code-${id}`} no="declined" />
}

/** For the admin who proposed it. */
export function WithdrawAccess({ id, words }: { id: string; words: string }) {
  const t = useTranslations('access')
  const [state, action] = useActionState(decideProposal, untouched)
  return (
    <form action={action} noValidate className="space-y-3" aria-label={words}>
      <FormProblems state={state} title={t('notWithdrawn')} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="decision" value="withdrawn" />
      <SubmitButton look="secondary">{t('withdraw')}</SubmitButton>
    </form>
  )
}
