'use client'
import { useActionState } from 'react'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { DestinationFields, MoneyFields } from '#app/_ui/form/money-fields.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { describeField } from '#lib/payouts/fields.ts'
import { enter } from './actions.ts'
import { inputOf, isReceiverField, receiverInputs } from './receiver-inputs.ts'

export function EnterForm({
  formId,
  currencies,
  requiredFields,
  known,
}: {
  formId: string
  currencies: readonly string[]
  requiredFields: readonly string[]
  /** Of the receiver who was chosen; empty for a new one. */
  known: Partial<Record<keyof typeof receiverInputs, string>>
}) {
  const [state, action] = useActionState(enter, untouched)
  const destination = requiredFields.filter((name) => !isReceiverField(name))
  const needed = requiredFields.filter(isReceiverField).map(inputOf)
  const labels = {
    amount: 'Amount',
    currency: 'Currency',
    description: 'Description',
    ...receiverInputs,
    ...Object.fromEntries(destination.map((name) => [name, describeField(name).label])),
  }
  return (
    <form action={action} noValidate className="space-y-8">
      <FormProblems state={state} labels={labels} startOver="/desk/payouts/new" />
      <input type="hidden" name="formId" value={formId} />
      <fieldset className="space-y-5">
        <legend className="mb-4 text-lg font-semibold tracking-tight">Receiver</legend>
        {Object.entries(receiverInputs).map(([name, label]) => (
          <TextField
            key={name}
            name={name}
            label={label}
            optional={name !== 'externalId' && !needed.includes(name)}
            problem={state.problems[name]}
            {...(name === 'externalId' && { hint: 'Your own number for this customer, such as cust-42.' })}
            input={{
              autoComplete: 'off',
              maxLength: 200,
              defaultValue: state.values[name] ?? known[name as keyof typeof receiverInputs],
            }}
          />
        ))}
      </fieldset>
      <fieldset className="space-y-5">
        <legend className="mb-4 text-lg font-semibold tracking-tight">Payout</legend>
        <MoneyFields currencies={currencies} state={state} />
        <DestinationFields names={destination} state={state} />
        <TextField
          name="description"
          label="Description"
          optional
          problem={state.problems['description']}
          input={{ autoComplete: 'off', maxLength: 1000, defaultValue: state.values['description'] }}
        />
      </fieldset>
      <SubmitButton className="w-full">Enter payout</SubmitButton>
    </form>
  )
}
