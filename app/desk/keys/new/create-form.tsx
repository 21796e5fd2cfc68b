'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { CopyText } from '#app/_ui/copy-text.tsx'
import { ChoiceField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { apiScopes, usualScopes } from '#lib/payouts/permissions.ts'
import { create } from '../actions.ts'

export function CreateForm({ owners }: { owners: readonly { id: string; label: string }[] }) {
  const [t, scope, common] = [
    useTranslations('keys.new'),
    useTranslations('keys.scope'),
    useTranslations('common.form'),
  ]
  const [state, action] = useActionState(create, untouched)
  const labels = {
    name: t('name'),
    owner: t('owner'),
    scopes: t('scopes'),
    days: t('days'),
    code: common('code'),
  }
  const { values, problems, answer } = state
  const scopes = values['scopes']?.split(' ')
  if (answer)
    return (
      <Card className="space-y-6">
        <Alert tone="warn" role="status" title={t('copyNow')}>
          {t('copyText')}
        </Alert>
        {answer.waits && (
          <Alert tone="info" title={t('waits')}>
            {t('waitsText')}
          </Alert>
        )}
        <CopyText id="key" label={t('key')} text={answer.key} rows={2} />
        <ButtonLink href="/desk/keys">{t('copied')}</ButtonLink>
      </Card>
    )
  return (
    <Card>
      <form action={action} noValidate className="space-y-5">
        <FormProblems state={state} labels={labels} startOver="/desk/keys/new" />
        <TextField
          name="name"
          label={labels.name}
          hint={t('nameHint')}
          problem={problems['name']}
          input={{ autoComplete: 'off', maxLength: 200, defaultValue: values['name'] }}
        />
        <ChoiceField
          name="owner"
          label={labels.owner}
          hint={t('ownerHint')}
          options={[{ id: '', label: t('nobody') }, ...owners]}
          defaultValue={values['owner'] ?? ''}
          problem={problems['owner']}
        />
        <fieldset id="scopes" {...(problems['scopes'] && { 'aria-describedby': 'scopes-problem' })}>
          <legend className="text-[0.9375rem] font-medium">{labels.scopes}</legend>
          {apiScopes.map((one) => (
            <label key={one} className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
              <input
                type="checkbox"
                name="scopes"
                value={one}
                defaultChecked={
                  scopes?.includes(one) ?? (one.startsWith('payouts:') && usualScopes.includes(one))
                }
                className="size-5 shrink-0 accent-accent"
              />
              <span>
                {scope(one)} <code className="font-mono text-xs text-ink-3">{one}</code>
              </span>
            </label>
          ))}
          {problems['scopes'] && (
            <p id="scopes-problem" className="text-sm text-bad">
              {problems['scopes']}
            </p>
          )}
        </fieldset>
        <TextField
          name="days"
          label={labels.days}
          hint={t('daysHint')}
          optional
          problem={problems['days']}
          input={{ inputMode: 'numeric', autoComplete: 'off', maxLength: 4, defaultValue: values['days'] }}
        />
        <CodeField problem={problems['code']} />
        <SubmitButton className="w-full">{t('button')}</SubmitButton>
      </form>
    </Card>
  )
}
