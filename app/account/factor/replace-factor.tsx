'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import type { ReactNode } from 'react'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, PageTitle } from '#app/_ui/card.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { RecoveryCodes } from '#app/_ui/factor/recovery-codes.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { beginReplacing, finishReplacing } from '../actions.ts'

/** `offer` is the new secret, once the old authenticator has agreed. */
export function ReplaceFactor({ offer }: { offer: ReactNode }) {
  const t = useTranslations('account.factor')
  const [begun, begin] = useActionState(beginReplacing, untouched)
  const [ended, end] = useActionState(finishReplacing, untouched)
  if (ended.answer)
    return (
      <>
        <PageTitle lead={t('doneLead')}>{t('doneTitle')}</PageTitle>
        <Card className="space-y-6">
          <RecoveryCodes codes={ended.answer} />
          <ButtonLink href="/account">{t('saved')}</ButtonLink>
        </Card>
      </>
    )
  return (
    <>
      <PageTitle lead={t('replaceLead')}>{t('replaceTitle')}</PageTitle>
      <Card>
        {offer ? (
          <>
            {offer}
            <CodeForm key="new" action={end} state={ended} hint={t('newHint')} button={t('use')} />
          </>
        ) : (
          <CodeForm
            key="old"
            action={begin}
            state={begun.message === null ? ended : begun}
            hint={t('oldHint')}
            button={t('continue')}
          />
        )}
      </Card>
    </>
  )
}

function CodeForm({
  action,
  state,
  hint,
  button,
}: {
  action: (form: FormData) => void
  state: FormState<unknown>
  hint: string
  button: string
}) {
  const common = useTranslations('common.form')
  return (
    <form action={action} noValidate className="mt-6 space-y-5 first:mt-0">
      <FormProblems state={state} labels={{ code: common('code') }} />
      <CodeField hint={hint} problem={state.problems['code']} />
      <SubmitButton className="w-full">{button}</SubmitButton>
    </form>
  )
}
