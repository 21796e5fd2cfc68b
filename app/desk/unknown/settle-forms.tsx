'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/code-field.tsx'
import { AreaField } from '#app/_ui/field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { confirm, propose, withdraw } from './actions.ts'
import type { ProposeState } from './actions.ts'

const outcomes = [
  { value: 'paid', label: 'Paid', hint: 'The money reached the receiver.' },
  { value: 'failed', label: 'Failed', hint: 'No money moved, and Cardzo will not move it any more.' },
] as const

const untouched: ProposeState = {
  refused: null,
  problems: {},
  typed: { outcome: '', reason: '', evidence: '' },
}

/** Nothing is chosen beforehand: neither outcome is the usual one. */
export function ProposeForm({ id, version, name }: { id: string; version: number; name: string }) {
  const [state, action] = useActionState(propose, untouched)
  const { problems, typed } = state
  return (
    <form action={action} noValidate className="mt-3 space-y-4">
      {state.refused !== null && (
        <Alert tone="bad" title="Not proposed" role="alert">
          <p>{state.refused}</p>
        </Alert>
      )}
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="version" value={version} />
      <fieldset {...(problems.outcome && { 'aria-describedby': `outcome-${id}-problem` })}>
        <legend className="text-[0.9375rem] font-medium">How did the payout to {name} end?</legend>
        {outcomes.map(({ value, label, hint }) => (
          <label key={value} className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
            <input
              type="radio"
              name={`outcome-${id}`}
              value={value}
              defaultChecked={typed.outcome === value}
              className="size-5 shrink-0 accent-accent"
            />
            <span>
              <span className="font-medium">{label}</span>
              <span className="text-ink-2"> – {hint}</span>
            </span>
          </label>
        ))}
        {problems.outcome && (
          <p id={`outcome-${id}-problem`} className="text-sm text-bad">
            {problems.outcome}
          </p>
        )}
      </fieldset>
      <AreaField
        name={`reason-${id}`}
        label="Reason"
        hint="Why it is settled by hand. Stays in the history."
        rows={2}
        maxLength={500}
        defaultValue={typed.reason}
        problem={problems.reason}
      />
      <AreaField
        name={`evidence-${id}`}
        label="Evidence"
        hint="What proves it: the support's answer, a ticket number, a bank reference, who was asked and when."
        rows={3}
        maxLength={2000}
        defaultValue={typed.evidence}
        problem={problems.evidence}
      />
      <CodeField name={`code-${id}`} />
      <SubmitButton>Propose to a second person</SubmitButton>
    </form>
  )
}

type Proposed = { id: string; settlementId: string; version: number }

export function ConfirmForm({ id, settlementId, version, outcome }: Proposed & { outcome: string }) {
  const [refused, action] = useActionState(confirm, null)
  return (
    <form action={action} className="space-y-3">
      {refused !== null && (
        <Alert tone="bad" title="Not confirmed" role="alert">
          <p>{refused}</p>
        </Alert>
      )}
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="settlementId" value={settlementId} />
      <input type="hidden" name="version" value={version} />
      <CodeField name={`code-${id}`} />
      <SubmitButton>Confirm: it ended as {outcome}</SubmitButton>
    </form>
  )
}

export function WithdrawForm({ id, settlementId, own }: Omit<Proposed, 'version'> & { own: boolean }) {
  const [refused, action] = useActionState(withdraw, null)
  return (
    <form action={action} className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="settlementId" value={settlementId} />
      <SubmitButton look="secondary">{own ? 'Withdraw the proposal' : 'Turn the proposal down'}</SubmitButton>
      <span role="status" className="text-sm text-bad">
        {refused}
      </span>
    </form>
  )
}
