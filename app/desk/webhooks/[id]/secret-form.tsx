'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { CopyText } from '#app/_ui/copy-text.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { makeSecret } from '../actions.ts'

/** Makes the secret, or another one, and shows it this once. */
export function SecretForm({ id, isFirst }: { id: string; isFirst: boolean }) {
  const [t, common] = [useTranslations('webhooks.secret'), useTranslations('common.form')]
  const [state, action] = useActionState(makeSecret, untouched)
  if (state.answer)
    return (
      <div className="space-y-6">
        <Alert tone="warn" role="status" title={t('copyNow')}>
          {t('copyText')}
        </Alert>
        <CopyText id="new-secret" label={t('label')} text={state.answer.secret} rows={2} />
        <ButtonLink href={`/desk/webhooks/${id}`}>{t('copied')}</ButtonLink>
      </div>
    )
  return (
    <form action={action} noValidate className="space-y-5">
      <p className="text-[0.9375rem] text-ink-2">{t(isFirst ? 'first' : 'renew')}</p>
      <FormProblems state={state} labels={{ code: common('code') }} title={t('not')} />
      <input type="hidden" name="id" value={id} />
      <CodeField problem={state.problems['code']} />
      <SubmitButton>{t('make')}</SubmitButton>
    </form>
  )
}
