'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import type { ReactNode } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, PageTitle } from '#app/_ui/card.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { RecoveryCodes } from '#app/_ui/factor/recovery-codes.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { signInWithNewFactor } from '../actions.ts'
import { StartAgain } from '../start-again.tsx'

/** `offer` is the secret to scan; null once it was set up. */
export function SetUpForm({ next, offer }: { next: string; offer: ReactNode }) {
  const t = useTranslations('signIn.setUp')
  const [state, action] = useActionState(signInWithNewFactor, untouched)
  if (state.answer)
    return (
      <>
        <PageTitle lead={t('doneLead')}>{t('done')}</PageTitle>
        <Card className="space-y-6">
          <RecoveryCodes codes={state.answer.recoveryCodes} />
          <ButtonLink href={state.answer.goOnTo}>{t('kept')}</ButtonLink>
        </Card>
      </>
    )
  if (!offer)
    return (
      <>
        <PageTitle>{t('done')}</PageTitle>
        <Card className="space-y-5">
          <p className="text-[0.9375rem] text-ink-2">{t('shownOnce')}</p>
          <ButtonLink href="/">{t('continue')}</ButtonLink>
        </Card>
      </>
    )
  return (
    <>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Card>
        {offer}
        <form action={action} noValidate className="mt-6 space-y-5">
          {state.message !== null && (
            <Alert tone="bad" role="alert" title={state.message}>
              {state.code === 'attempt_over' && <StartAgain next={next} />}
            </Alert>
          )}
          <input type="hidden" name="next" value={next} />
          <CodeField hint={t('codeHint')} />
          <SubmitButton className="w-full">
            <span lang="en">{fixedNames.signIn}</span>
          </SubmitButton>
        </form>
      </Card>
    </>
  )
}
