'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { mailSignInLink, signInWithPassword } from './actions.ts'

export function PasswordForm({ next }: { next: string }) {
  const [state, action] = useActionState(signInWithPassword, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={{ email: fixedNames.email, password: fixedNames.password }} />
      <input type="hidden" name="next" value={next} />
      <TextField
        name="email"
        label={fixedNames.email}
        problem={state.problems['email']}
        input={{ type: 'email', autoComplete: 'username', defaultValue: state.values['email'] }}
      />
      <TextField
        name="password"
        label={fixedNames.password}
        problem={state.problems['password']}
        input={{ type: 'password', autoComplete: 'current-password' }}
      />
      <SubmitButton className="w-full">
        <span lang="en">{fixedNames.signIn}</span>
      </SubmitButton>
    </form>
  )
}

export function LinkForm() {
  const t = useTranslations('signIn')
  const [state, action] = useActionState(mailSignInLink, untouched)
  return (
    <form action={action} noValidate className="space-y-5">
      <FormProblems state={state} labels={{ 'link-email': t('linkEmail') }} />
      {state.answer === 'sent' && (
        <Alert tone="good" role="status" title={t('sentTitle')}>
          {t('sentText')}
        </Alert>
      )}
      <TextField
        name="link-email"
        label={t('linkEmail')}
        problem={state.problems['link-email']}
        input={{ type: 'email', autoComplete: 'email', defaultValue: state.values['link-email'] }}
      />
      <SubmitButton look="secondary" className="w-full">
        {t('sendLink')}
      </SubmitButton>
    </form>
  )
}
