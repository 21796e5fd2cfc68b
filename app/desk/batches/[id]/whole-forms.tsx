'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { approve, cancel, reject, review, stop } from '../actions.ts'

/** Fixes what waits as one set, without what is left out; the next page approves it. */
export function ReviewForm({ id }: { id: string }) {
  const t = useTranslations('batches.approve')
  const [state, action] = useActionState(review, untouched)
  return (
    <form action={action} className="space-y-4">
      <FormProblems state={state} labels={{ lines: t('lines') }} />
      <input type="hidden" name="id" value={id} />
      <fieldset>
        <legend className="mb-1 font-medium">{t('leaveOut')}</legend>
        {(['risky', 'repeats', 'newReceivers'] as const).map((name) => (
          <label key={name} className="flex min-h-11 items-center gap-3">
            <input type="checkbox" name={name} className="size-5 accent-accent" />
            <span>{t(name)}</span>
          </label>
        ))}
        <TextField name="lines" label={t('lines')} problem={state.problems['lines']} />
      </fieldset>
      <SubmitButton>{t('review')}</SubmitButton>
    </form>
  )
}

/** Approves exactly the set with this hash. */
export function ApproveForm({ id, setHash, count }: { id: string; setHash: string; count: number }) {
  const [t, form] = [useTranslations('approve'), useTranslations('common.form')]
  const [state, action] = useActionState(approve, untouched)
  return (
    <form action={action} noValidate className="mt-4 space-y-3">
      <FormProblems state={state} labels={{ code: form('code') }} title={t('notApproved')} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="setHash" value={setHash} />
      <CodeField hint={t('codeHint')} problem={state.problems['code']} />
      <SubmitButton className="w-full">
        {t.rich('submit', { n: count, approve: () => <span lang="en">{fixedNames.approve}</span> })}
      </SubmitButton>
    </form>
  )
}

export function RejectForm({ id }: { id: string }) {
  const t = useTranslations('batches.approve')
  const [state, action] = useActionState(reject, untouched)
  return (
    <form action={action} noValidate className="mt-3 space-y-3">
      <FormProblems state={state} labels={{ reason: t('reason') }} />
      <input type="hidden" name="id" value={id} />
      <AreaField name="reason" label={t('reason')} problem={state.problems['reason']} />
      <SubmitButton look="secondary">{t('reject')}</SubmitButton>
    </form>
  )
}

export function CancelForm({ id }: { id: string }) {
  const t = useTranslations('batches.cancel')
  const [state, action] = useActionState(cancel, untouched)
  return (
    <form action={action} className="flex flex-wrap items-center gap-4">
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary">{t('button')}</SubmitButton>
      <Refused state={state} />
    </form>
  )
}

export function StopForm({ id }: { id: string }) {
  const t = useTranslations('batches.decision')
  const [state, action] = useActionState(stop, untouched)
  return (
    <form action={action} className="mt-3 flex flex-wrap items-center gap-4">
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary">{t('stop')}</SubmitButton>
      <Refused state={state} />
    </form>
  )
}
