'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { signInWithLink } from '../../actions.ts'

export function LinkButton({ token }: { token: string }) {
  const t = useTranslations('signIn')
  const [{ message }, action] = useActionState(signInWithLink, untouched)
  return (
    <form action={action} className="space-y-5">
      {message !== null && <Alert tone="bad" role="alert" title={message} />}
      <input type="hidden" name="token" value={token} />
      <p className="text-[0.9375rem] text-ink-2">{t('linkOnce')}</p>
      <SubmitButton className="w-full">
        <span lang="en">{fixedNames.signIn}</span>
      </SubmitButton>
    </form>
  )
}
