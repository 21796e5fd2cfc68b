'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { release, stop } from './actions.ts'

/** `endpoint`: the number of the one that it is about; null: all payments. */
export function StopForm({ endpoint }: { endpoint: number | null }) {
  const t = useTranslations('stop.form')
  const [state, action] = useActionState(stop, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      {endpoint !== null && <input type="hidden" name="endpoint" value={endpoint} />}
      <FormProblems state={state} labels={{ reason: t('reason') }} title={t('notPaused')} oneField />
      <AreaField
        name="reason"
        label={t('reason')}
        hint={t('reasonHint')}
        rows={2}
        maxLength={500}
        defaultValue={state.values['reason'] ?? ''}
        problem={state.problems['reason']}
      />
      <SubmitButton look="danger" className="w-full">
        {t('pause')}
      </SubmitButton>
    </form>
  )
}

export function ReleaseForm({ endpoint }: { endpoint: number | null }) {
  const [t, common] = [useTranslations('stop.form'), useTranslations('common.form')]
  const [state, action] = useActionState(release, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      {endpoint !== null && <input type="hidden" name="endpoint" value={endpoint} />}
      <FormProblems
        state={state}
        labels={{ reason: t('resumeReason'), code: common('code') }}
        title={t('notResumed')}
      />
      <AreaField
        name="reason"
        label={t('resumeReason')}
        hint={t('resumeHint')}
        rows={2}
        maxLength={500}
        defaultValue={state.values['reason'] ?? ''}
        problem={state.problems['reason']}
      />
      <CodeField problem={state.problems['code']} />
      <p className="text-sm text-ink-2">{t('anotherAdmin')}</p>
      <SubmitButton className="w-full">{t('resume')}</SubmitButton>
    </form>
  )
}
