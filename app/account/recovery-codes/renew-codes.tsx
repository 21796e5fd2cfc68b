'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, PageTitle } from '#app/_ui/card.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { RecoveryCodes } from '#app/_ui/factor/recovery-codes.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { renewCodes } from '../actions.ts'

export function RenewCodes() {
  const [t, common] = [useTranslations('account'), useTranslations('common.form')]
  const [state, action] = useActionState(renewCodes, untouched)
  return (
    <>
      <PageTitle lead={t('codes.lead')}>{t('codes.title')}</PageTitle>
      <Card>
        {state.answer ? (
          <div className="space-y-6">
            <RecoveryCodes codes={state.answer} />
            <ButtonLink href="/account">{t('factor.saved')}</ButtonLink>
          </div>
        ) : (
          <form action={action} noValidate className="space-y-5">
            <FormProblems state={state} labels={{ code: common('code') }} />
            <CodeField problem={state.problems['code']} />
            <SubmitButton className="w-full">{t('codes.create')}</SubmitButton>
          </form>
        )}
      </Card>
    </>
  )
}
