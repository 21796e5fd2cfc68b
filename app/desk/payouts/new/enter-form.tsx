'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { DestinationFields, MoneyFields } from '#app/_ui/form/money-fields.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { useFieldLabel } from '#app/_ui/form/use-field-label.ts'
import type { FieldWords } from '#app/_ui/form/use-field-label.ts'
import { useZone } from '#app/_ui/time-zone.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { enter } from './actions.ts'
import { inputOf, isReceiverField, receiverInputs } from './receiver-inputs.ts'
import type { ReceiverInput } from './receiver-inputs.ts'

export function EnterForm({
  formId,
  currencies,
  requiredFields,
  words,
  known,
}: {
  formId: string
  currencies: readonly string[]
  requiredFields: readonly string[]
  words: FieldWords
  /** Of the receiver who was chosen; empty for a new one. */
  known: Partial<Record<ReceiverInput, string>>
}) {
  const [t, labelOf, zone] = [useTranslations('newPayout'), useFieldLabel(words), useZone()]
  const [state, action] = useActionState(enter, untouched)
  const destination = requiredFields.filter((name) => !isReceiverField(name))
  const needed = requiredFields.filter(isReceiverField).map(inputOf)
  const labels = {
    amount: fixedNames.amount,
    currency: fixedNames.currency,
    description: t('description'),
    payAt: t('payAt'),
    ...Object.fromEntries(receiverInputs.map((name) => [name, t(`input.${name}`)])),
    ...Object.fromEntries(destination.map((name) => [name, labelOf(name)])),
  }
  return (
    <form action={action} noValidate className="space-y-8">
      <FormProblems state={state} labels={labels} startOver="/desk/payouts/new" />
      <input type="hidden" name="formId" value={formId} />
      <fieldset className="space-y-5">
        <legend className="mb-4 text-lg font-semibold tracking-tight">{t('receiver')}</legend>
        {receiverInputs.map((name) => (
          <TextField
            key={name}
            name={name}
            label={t(`input.${name}`)}
            optional={name !== 'externalId' && !needed.includes(name)}
            problem={state.problems[name]}
            {...(name === 'externalId' && { hint: t('numberHint') })}
            input={{
              autoComplete: 'off',
              maxLength: 200,
              defaultValue: state.values[name] ?? known[name],
            }}
          />
        ))}
      </fieldset>
      <fieldset className="space-y-5">
        <legend className="mb-4 text-lg font-semibold tracking-tight">{t('payout')}</legend>
        <MoneyFields currencies={currencies} state={state} />
        <DestinationFields names={destination} words={words} state={state} />
        <TextField
          name="description"
          label={t('description')}
          optional
          problem={state.problems['description']}
          input={{ autoComplete: 'off', maxLength: 1000, defaultValue: state.values['description'] }}
        />
        <input type="hidden" name="zone" value={zone} />
        <TextField
          name="payAt"
          label={t('payAt')}
          hint={t('payAtHint', { zone })}
          optional
          problem={state.problems['payAt']}
          input={{ type: 'datetime-local', dir: 'ltr', defaultValue: state.values['payAt'] }}
        />
      </fieldset>
      <SubmitButton className="w-full">{t('submit')}</SubmitButton>
    </form>
  )
}
