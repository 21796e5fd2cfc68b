'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { MoneyFields } from '#app/_ui/form/money-fields.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { grant } from './actions.ts'

/** The reference identifies the request: sent twice, it is one grant. */
export function GrantForm({
  currencies,
  externalId,
}: {
  currencies: readonly string[]
  /** The receiver whose page it is on. */
  externalId?: string
}) {
  const [t, form] = [useTranslations('balances.form'), useTranslations('common.form')]
  const labels = {
    externalId: t('receiver'),
    amount: fixedNames.amount,
    currency: fixedNames.currency,
    reference: t('reference'),
    code: form('code'),
  }
  const [state, action] = useActionState(grant, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} startOver="/desk/balances" />
      <TextField
        name="externalId"
        label={labels.externalId}
        hint={t('receiverHint')}
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
        hint={t('referenceHint')}
        problem={state.problems['reference']}
        input={{ autoComplete: 'off', maxLength: 200, defaultValue: state.values['reference'] }}
      />
      <CodeField problem={state.problems['code']} />
      <SubmitButton className="w-full">{t('submit')}</SubmitButton>
    </form>
  )
}
