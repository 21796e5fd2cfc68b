'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { decideProposal } from './actions.ts'

/** For another admin than the one who proposed it. */
export function DecideAccess({ id, words }: { id: string; words: string }) {
  const [t, form] = [useTranslations('access'), useTranslations('common.form')]
  const [state, action] = useActionState(decideProposal, untouched)
  return (
    <form action={action} noValidate className="space-y-4" aria-label={words}>
      <FormProblems
        state={state}
        labels={{ [`code-${id}`]: form('code') }}
        title={t('notDecided')}
        oneField
      />
      <input type="hidden" name="id" value={id} />
      {/* So that Enter in the code field decides nothing. */}
      <button type="submit" name="decision" value="" tabIndex={-1} aria-hidden="true" className="hidden" />
      <CodeField name={`code-${id}`} problem={state.problems[`code-${id}`]} />
      <div className="grid gap-3 sm:grid-cols-2">
        <SubmitButton name="decision" value="confirmed">
          {t('confirm')}
        </SubmitButton>
        <SubmitButton look="danger" name="decision" value="declined">
          {t('decline')}
        </SubmitButton>
      </div>
    </form>
  )
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
