'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { decideChange } from './actions.ts'

/** For an administrator who did not propose it. */
export function DecideForm({ version }: { version: number }) {
  const [t, common] = [useTranslations('policy.proposal'), useTranslations('common.form')]
  const [state, action] = useActionState(decideChange, untouched)
  return (
    <form action={action} noValidate className="max-w-xl space-y-4">
      <FormProblems state={state} labels={{ code: common('code') }} title={t('notDecided')} />
      <input type="hidden" name="version" value={version} />
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
export function WithdrawForm({ version }: { version: number }) {
  const t = useTranslations('policy.proposal')
  const [state, action] = useActionState(decideChange, untouched)
  return (
    <Fold title={t('withdraw')} open={state.message !== null}>
      <form action={action} noValidate className="mt-1 space-y-3">
        <FormProblems state={state} title={t('notWithdrawn')} />
        <input type="hidden" name="version" value={version} />
        <input type="hidden" name="decision" value="withdrawn" />
        <p className="text-[0.9375rem] text-ink-2">{t('withdrawText')}</p>
        <SubmitButton look="danger">{t('withdrawButton')}</SubmitButton>
      </form>
    </Fold>
  )
}
