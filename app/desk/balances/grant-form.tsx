'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { MoneyFields } from '#app/_ui/form/money-fields.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { grant } from './actions.ts'

const labels = {
  externalId: "Receiver's number",
  amount: 'Amount',
  currency: 'Currency',
  reference: 'Reference',
  code: 'One-time code',
}

/** The reference identifies the request: sent twice, it is one grant. */
export function GrantForm({
  currencies,
  externalId,
}: {
  currencies: readonly string[]
  /** The receiver whose page it is on. */
  externalId?: string
}) {
  const [state, action] = useActionState(grant, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} startOver="/desk/balances" />
      <TextField
        name="externalId"
        label={labels.externalId}
        hint="Your own number for this customer, such as cust-42. An unknown one makes a new receiver."
        problem={state.problems['externalId']}
        input={{
          autoComplete: 'off',
          maxLength: 200,
          defaultValue: state.values['externalId'] ?? externalId,
        }}
      />
      <MoneyFields currencies={currencies} state={state} />
      <TextField
        name="reference"
        label={labels.reference}
        hint="The name of this grant, such as bonus-2026-11-cust-42. The same one again grants nothing."
        problem={state.problems['reference']}
        input={{ autoComplete: 'off', maxLength: 200, defaultValue: state.values['reference'] }}
      />
      <CodeField problem={state.problems['code']} />
      <SubmitButton className="w-full">Grant</SubmitButton>
    </form>
  )
}
