'use client'
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
import type { ApiScope } from '#lib/payouts/permissions.ts'
import { create } from '../actions.ts'

const labels = { name: 'Name', owner: 'Owner', scopes: 'May', days: 'Expires in days', code: 'One-time code' }

const scopeWords = {
  'payouts:write': 'create and cancel payouts',
  'payouts:read': 'read payouts',
  'payouts:cancel-any': 'cancel payouts of everybody',
  'grants:write': 'grant money to receivers',
  'balances:read': 'read balances',
} as const satisfies Record<ApiScope, string>

export function CreateForm({ owners }: { owners: readonly { id: string; label: string }[] }) {
  const [state, action] = useActionState(create, untouched)
  const { values, problems, answer } = state
  const scopes = values['scopes']?.split(' ')
  if (answer)
    return (
      <Card className="space-y-6">
        <Alert tone="warn" role="status" title="Copy the key now: it is shown only this once">
          Put it where the other system keeps its secrets. If it is lost, revoke it and create another.
        </Alert>
        {answer.waits && (
          <Alert tone="info" title="It does not work yet">
            It can move money, so another admin must confirm it on the page of keys. Where there is none, it
            works after a waiting time, and everybody on staff was told.
          </Alert>
        )}
        <CopyText id="key" label="The key" text={answer.key} rows={2} />
        <ButtonLink href="/desk/keys">I have copied it</ButtonLink>
      </Card>
    )
  return (
    <Card>
      <form action={action} noValidate className="space-y-5">
        <FormProblems state={state} labels={labels} startOver="/desk/keys/new" />
        <TextField
          name="name"
          label={labels.name}
          hint="Which system it is for."
          problem={problems['name']}
          input={{ autoComplete: 'off', maxLength: 200, defaultValue: values['name'] }}
        />
        <ChoiceField
          name="owner"
          label={labels.owner}
          hint="May not approve what this key asks for."
          options={[{ id: '', label: 'Nobody' }, ...owners]}
          defaultValue={values['owner'] ?? ''}
          problem={problems['owner']}
        />
        <fieldset id="scopes" {...(problems['scopes'] && { 'aria-describedby': 'scopes-problem' })}>
          <legend className="text-[0.9375rem] font-medium">What it may do</legend>
          {apiScopes.map((scope) => (
            <label key={scope} className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                defaultChecked={
                  scopes?.includes(scope) ?? (scope.startsWith('payouts:') && usualScopes.includes(scope))
                }
                className="size-5 shrink-0 accent-accent"
              />
              <span>
                {scopeWords[scope]} <code className="font-mono text-xs text-ink-3">{scope}</code>
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
          hint="Empty: 365. Admins and the owner are told a month before."
          optional
          problem={problems['days']}
          input={{ inputMode: 'numeric', autoComplete: 'off', maxLength: 4, defaultValue: values['days'] }}
        />
        <CodeField problem={problems['code']} />
        <SubmitButton className="w-full">Create the key</SubmitButton>
      </form>
    </Card>
  )
}
