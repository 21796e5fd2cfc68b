'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { confirm, propose, withdraw } from './actions.ts'

const outcomes = [
  { value: 'paid', label: 'Paid', hint: 'The money reached the receiver.' },
  { value: 'failed', label: 'Failed', hint: 'No money moved, and Cardzo will not move it any more.' },
] as const

/** Nothing is preselected, because neither outcome is the usual one. */
export function ProposeForm({ id, version, name }: { id: string; version: number; name: string }) {
  const [state, action] = useActionState(propose, untouched)
  const problem = (name: string) => state.problems[`${name}-${id}`]
  const typed = (name: string) => state.values[`${name}-${id}`] ?? ''
  const labels = {
    [`outcome-${id}`]: 'How it ended',
    [`reason-${id}`]: 'Reason',
    [`evidence-${id}`]: 'Evidence',
    [`code-${id}`]: 'One-time code',
  }
  return (
    <form action={action} noValidate className="mt-3 space-y-4">
      <FormProblems state={state} labels={labels} title="Not proposed" />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="version" value={version} />
      <fieldset
        id={`outcome-${id}`}
        {...(problem('outcome') && { 'aria-describedby': `outcome-${id}-problem` })}
      >
        <legend className="text-[0.9375rem] font-medium">
          How did the payout to <bdi>{name}</bdi> end?
        </legend>
        {outcomes.map(({ value, label, hint }) => (
          <label key={value} className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
            <input
              type="radio"
              name={`outcome-${id}`}
              value={value}
              defaultChecked={typed('outcome') === value}
              className="size-5 shrink-0 accent-accent"
            />
            <span>
              <span className="font-medium">{label}</span>
              <span className="text-ink-2"> – {hint}</span>
            </span>
          </label>
        ))}
        {problem('outcome') && (
          <p id={`outcome-${id}-problem`} className="text-sm text-bad">
            {problem('outcome')}
          </p>
        )}
      </fieldset>
      <AreaField
        name={`reason-${id}`}
        label="Reason"
        hint="Why it is settled by hand. Stays in the history."
        rows={2}
        maxLength={500}
        defaultValue={typed('reason')}
        problem={problem('reason')}
      />
      <AreaField
        name={`evidence-${id}`}
        label="Evidence"
        hint="What proves it: the support's answer, a ticket number, a bank reference, who was asked and when."
        rows={3}
        maxLength={2000}
        defaultValue={typed('evidence')}
        problem={problem('evidence')}
      />
      <CodeField name={`code-${id}`} problem={problem('code')} />
      <SubmitButton>Propose to a second person</SubmitButton>
    </form>
  )
}

type Proposed = { id: string; settlementId: string; version: number }

export function ConfirmForm({ id, settlementId, version, outcome }: Proposed & { outcome: string }) {
  const [state, action] = useActionState(confirm, untouched)
  return (
    <form action={action} className="space-y-3">
      <FormProblems state={state} labels={{ [`code-${id}`]: 'One-time code' }} title="Not confirmed" />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="settlementId" value={settlementId} />
      <input type="hidden" name="version" value={version} />
      <CodeField name={`code-${id}`} problem={state.problems[`code-${id}`]} />
      <SubmitButton>Confirm: it ended as {outcome}</SubmitButton>
    </form>
  )
}

export function WithdrawForm({ id, settlementId, own }: Omit<Proposed, 'version'> & { own: boolean }) {
  const [state, action] = useActionState(withdraw, untouched)
  return (
    <Fold title={own ? 'Withdraw it' : 'Turn it down'} open={state.message !== null}>
      <form action={action} className="mt-1 space-y-2">
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="settlementId" value={settlementId} />
        <p className="text-ink-2">Reason and evidence have to be written again to propose it again.</p>
        <SubmitButton look="danger">{own ? 'Withdraw the proposal' : 'Turn the proposal down'}</SubmitButton>
        <Refused state={state} />
      </form>
    </Fold>
  )
}
