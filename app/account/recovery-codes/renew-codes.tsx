'use client'
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
  const [state, action] = useActionState(renewCodes, untouched)
  return (
    <>
      <PageTitle lead="Ten new ones; the old ones stop working.">Recovery codes</PageTitle>
      <Card>
        {state.answer ? (
          <div className="space-y-6">
            <RecoveryCodes codes={state.answer} />
            <ButtonLink href="/account">I have kept them</ButtonLink>
          </div>
        ) : (
          <form action={action} noValidate className="space-y-5">
            <FormProblems state={state} labels={{ code: 'One-time code' }} />
            <CodeField problem={state.problems['code']} />
            <SubmitButton className="w-full">Make new recovery codes</SubmitButton>
          </form>
        )}
      </Card>
    </>
  )
}
