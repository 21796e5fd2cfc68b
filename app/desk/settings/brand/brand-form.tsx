'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { brandTexts } from '#lib/payouts/brand.ts'
import type { Brand } from '#lib/payouts/brand.ts'
import { proposeBrand } from '#app/desk/settings/actions.ts'

const keyboards = { name: 'text', email: 'email', phone: 'tel', link: 'url' } as const

/** Starts with what is in force. Changes nothing by itself: another administrator confirms. */
export function BrandForm({ brand }: { brand: Brand }) {
  const t = useTranslations('settings')
  const [state, action] = useActionState(proposeBrand, untouched)
  const { values, problems } = state
  const labels = {
    ...Object.fromEntries(brandTexts.map((name) => [name, t(`brand.${name}`)])),
    reason: t('propose.reason'),
    code: t('proposal.code'),
  }
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={labels} title={t('propose.not')} />
      {brandTexts.map((name) => (
        <TextField
          key={name}
          name={name}
          label={t(`brand.${name}`)}
          {...(name !== 'email' && { hint: t(`brand.hint.${name}`) })}
          optional
          problem={problems[name]}
          input={{
            inputMode: keyboards[name],
            autoComplete: 'off',
            defaultValue: values[name] ?? brand[name] ?? '',
          }}
        />
      ))}
      <AreaField
        name="reason"
        label={t('propose.reason')}
        hint={t('propose.reasonHint')}
        rows={2}
        maxLength={500}
        defaultValue={values['reason'] ?? ''}
        problem={problems['reason']}
      />
      <CodeField problem={problems['code']} />
      <SubmitButton className="w-full">{t('propose.button')}</SubmitButton>
    </form>
  )
}
