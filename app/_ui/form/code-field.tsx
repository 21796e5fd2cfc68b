import { useTranslations } from 'next-intl'
import { TextField } from './field.tsx'

/** A field for a one-time code: digits on a phone's keyboard, filled in by the browser if it can, never stored. */
export function CodeField({
  hint,
  problem,
  autoFocus = false,
  name = 'code',
}: {
  hint?: string
  problem?: string | undefined
  /** For a page that asks for nothing else. */
  autoFocus?: boolean
  /** Must differ where a page has several forms, because it is also the field's id. */
  name?: string
}) {
  const t = useTranslations('common.form')
  return (
    <TextField
      name={name}
      label={t('code')}
      hint={hint ?? t('codeHint')}
      problem={problem}
      input={{
        inputMode: 'numeric',
        autoComplete: 'one-time-code',
        maxLength: 64,
        spellCheck: false,
        autoFocus,
      }}
    />
  )
}
