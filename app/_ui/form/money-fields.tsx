import { describeField } from '#lib/payouts/fields.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { useFieldLabel } from './use-field-label.ts'
import type { FieldWords } from './use-field-label.ts'
import { SelectField, TextField } from './field.tsx'
import type { FormState } from './form-state.ts'

/** Amount and currency; `initial` is what they hold before anybody types. */
export function MoneyFields({
  currencies,
  state,
  initial = { amount: '', currency: '' },
}: {
  currencies: readonly string[]
  state: FormState
  initial?: { amount: string; currency: string }
}) {
  const { problems, values } = state
  return (
    <div className="grid grid-cols-[1fr_7.5rem] gap-4">
      <TextField
        name="amount"
        label={fixedNames.amount}
        problem={problems['amount']}
        input={{
          inputMode: 'decimal',
          autoComplete: 'off',
          placeholder: '0.00',
          maxLength: 32,
          defaultValue: values['amount'] ?? initial.amount,
        }}
      />
      <SelectField
        name="currency"
        label={fixedNames.currency}
        options={currencies}
        defaultValue={
          values['currency'] ?? (currencies.includes(initial.currency) ? initial.currency : undefined)
        }
        problem={problems['currency']}
      />
    </div>
  )
}

/** One field for each gateway field that the bank requires. Its words are in the area `fields`. */
export function DestinationFields({
  names,
  words,
  state,
  prefilled = {},
}: {
  names: readonly string[]
  words: FieldWords
  state: FormState
  prefilled?: Record<string, string>
}) {
  const labelOf = useFieldLabel(words)
  return names.map((name) => {
    const { masked, autocomplete } = describeField(name)
    return (
      <TextField
        key={name}
        name={name}
        label={labelOf(name)}
        alsoCalled={name}
        hint={words[name]?.hint}
        problem={state.problems[name]}
        input={{
          autoComplete: autocomplete ?? 'off',
          ...(masked && { spellCheck: false }),
          ...(name === 'account_number' && { autoCapitalize: 'characters' }),
          // More than any field allows, so that pasted blanks get a message instead of being cut silently.
          maxLength: 200,
          defaultValue: state.values[name] ?? prefilled[name],
        }}
      />
    )
  })
}
