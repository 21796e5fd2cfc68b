import { useTranslations } from 'next-intl'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { signOutNow } from './actions.ts'

export function SignOutForm() {
  const t = useTranslations('site')
  return (
    <form action={signOutNow}>
      <SubmitButton look="quiet">{t('signOut')}</SubmitButton>
    </form>
  )
}
