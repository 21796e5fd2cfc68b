'use client'
import { useActionState } from 'react'
import type { ReactNode } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, PageTitle } from '#app/_ui/card.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { RecoveryCodes } from '#app/_ui/factor/recovery-codes.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { signInWithNewFactor } from '../actions.ts'
import { StartAgain } from '../start-again.tsx'

/** `offer` is the secret to scan; null once it was set up. */
export function SetUpForm({ next, offer }: { next: string; offer: ReactNode }) {
  const [state, action] = useActionState(signInWithNewFactor, untouched)
  if (state.answer)
    return (
      <>
        <PageTitle lead="You are signed in. One last thing, for the day your phone is lost.">
          Your second factor is set up
        </PageTitle>
        <Card className="space-y-6">
          <RecoveryCodes codes={state.answer.recoveryCodes} />
          <ButtonLink href={state.answer.goOnTo}>I have kept them, go on</ButtonLink>
        </Card>
      </>
    )
  if (!offer)
    return (
      <>
        <PageTitle>Your second factor is set up</PageTitle>
        <Card className="space-y-5">
          <p className="text-[0.9375rem] text-ink-2">
            Recovery codes are shown only once. If you have not kept them, make new ones on your account page.
          </p>
          <ButtonLink href="/">Go on</ButtonLink>
        </Card>
      </>
    )
  return (
    <>
      <PageTitle lead="Everybody on staff signs in with a second step, and confirms with it what moves money.">
        Set up your second factor
      </PageTitle>
      <Card>
        {offer}
        <form action={action} noValidate className="mt-6 space-y-5">
          {state.message !== null && (
            <Alert tone="bad" role="alert" title={state.message}>
              {state.code === 'attempt_over' && <StartAgain next={next} />}
            </Alert>
          )}
          <input type="hidden" name="next" value={next} />
          <CodeField hint="The six digits that the app shows now." />
          <SubmitButton className="w-full">Sign in</SubmitButton>
        </form>
      </Card>
    </>
  )
}
