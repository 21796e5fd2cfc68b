import { useTranslations } from 'next-intl'
import { TextField } from './field.tsx'

/** For a password that a person chooses. */
export function NewPasswordField({ problem }: { problem?: string | undefined }) {
  const t = useTranslations('common.form')
  return (
    <TextField
      name="password"
      label={t('newPassword')}
      hint={t('newPasswordHint')}
      problem={problem}
      input={{ type: 'password', autoComplete: 'new-password' }}
    />
  )
}
