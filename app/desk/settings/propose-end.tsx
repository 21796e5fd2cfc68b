import { useTranslations } from 'next-intl'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'

/** How each proposal of a change ends: why, a one-time code, and the button. */
export function ProposeEnd({ state: { values, problems } }: { state: FormState }) {
  const t = useTranslations('settings')
  return (
    <>
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
    </>
  )
}
