'use client'
import { useActionState } from 'react'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { DestinationFields, MoneyFields } from '#app/_ui/form/money-fields.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { describeField } from '#lib/payouts/fields.ts'
import { withdraw } from './actions.ts'
import { SavedChoice, letGoOfSaved } from './saved-destinations.tsx'

export function WithdrawForm({
  formId,
  currencies,
  fields,
  prefilled,
  saved,
}: {
  formId: string
  currencies: readonly string[]
  /** Gateway field names. */
  fields: readonly string[]
  prefilled: Record<string, string>
  /** The receiver's saved destinations, the default first. */
  saved: readonly { value: string; text: string }[]
}) {
  const [state, action] = useActionState(withdraw, untouched)
  const labels = { amount: 'Amount', currency: 'Currency', savedId: 'Saved account', ...labelsOf(fields) }
  return (
    <form action={action} noValidate className="space-y-6">
      <FormProblems state={state} labels={labels} startOver="/withdraw" />
      <input type="hidden" name="formId" value={formId} />
      <MoneyFields currencies={currencies} state={state} />
      {saved.length > 0 && <SavedChoice saved={saved} state={state} prefilled={prefilled} />}
      <div data-destination className="space-y-6" onInput={(event) => letGoOfSaved(event.target, prefilled)}>
        <DestinationFields names={fields} state={state} prefilled={prefilled} />
      </div>
      <SubmitButton className="w-full">Request withdrawal</SubmitButton>
    </form>
  )
}

const labelsOf = (fields: readonly string[]) =>
  Object.fromEntries(fields.map((name) => [name, describeField(name).label]))
