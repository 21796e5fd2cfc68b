'use client'
import { useActionState } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, SelectField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { limitKeys, limitNames } from '#lib/payouts/policy-words.ts'
import { riskCheckIds, riskLevels, riskNames } from '#lib/payouts/risk.ts'
import { changePolicy } from './actions.ts'
import { ChangesList } from './changes-list.tsx'
import { CurrencyFields } from './currency-fields.tsx'
import type { Draft } from './draft.ts'
import { RehearsalTable } from './rehearsal-table.tsx'
import type { PolicyState } from './state.ts'

const levelOptions = [
  { value: '', text: 'As usual' },
  ...riskLevels.map((value) => ({ value, text: value === 'none' ? 'does not count' : value })),
]

/** Starts with what is in force. Changes nothing by itself: another administrator confirms. */
export function PolicyForm({ initial }: { initial: Draft }) {
  const [state, action] = useActionState<PolicyState, FormData>(changePolicy, {
    ...untouched,
    answer: { draft: initial, tried: null, touched: null },
  })
  const { code, problems, values } = state
  const { draft, tried, touched } = state.answer
  const asksDespite = code === 'too_few_approvers' || values['despite'] === 'yes'
  const codes = Object.keys(draft.currencies)
  const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)
  const hasProblem = (prefix: string) => Object.keys(problems).some((name) => name.startsWith(prefix))
  // What was changed, or must be, stays open when the form comes back.
  const isOpen = (currency: string) =>
    codes.length === 1 ||
    touched === currency ||
    hasProblem(`${currency}.`) ||
    differs(draft.currencies[currency], initial.currencies[currency])
  return (
    <form action={action} noValidate className="space-y-8">
      {/* Enter in a field presses the first button of the form: it must be harmless. */}
      <button
        type="submit"
        name="intent"
        value="rehearse"
        tabIndex={-1}
        aria-hidden="true"
        className="hidden"
      />
      <FormProblems state={state} labels={labelsOf(draft)} startOver="/desk/policy" />
      {Object.entries(draft.currencies).map(([code, own]) => (
        <Fold key={code} title={code} open={isOpen(code)}>
          <CurrencyFields code={code} draft={own} problems={problems} />
        </Fold>
      ))}
      <Fold
        title="How seriously the checks are taken"
        open={hasProblem('risk.') || differs(draft.risk, initial.risk)}
      >
        <div className="grid gap-4 pt-3 sm:grid-cols-2">
          {riskCheckIds.map((id) => (
            <SelectField
              key={id}
              name={`risk.${id}`}
              label={riskNames[id]}
              options={levelOptions}
              defaultValue={draft.risk[id]}
              problem={problems[`risk.${id}`]}
            />
          ))}
        </div>
      </Fold>
      {tried && (
        <section aria-label="Rehearsal" role="status" className="space-y-4 rounded-xl bg-sunken p-4">
          <ChangesList changes={tried.changes} />
          <RehearsalTable rehearsal={tried.rehearsal} />
        </section>
      )}
      <Button look="secondary" name="intent" value="rehearse" className="w-full">
        Try on the last 90 days
      </Button>
      <div className="space-y-5 border-t border-line pt-6">
        <AreaField
          name="reason"
          label="Why"
          hint="The other administrator reads it, and it stays in the history."
          rows={2}
          maxLength={500}
          defaultValue={draft.reason}
          problem={problems['reason']}
        />
        {asksDespite && (
          <label className="flex min-h-11 items-center gap-3 text-[0.9375rem]">
            <input type="checkbox" name="despite" value="yes" className="size-5 shrink-0 accent-accent" />
            Propose it although there are too few approvers at present
          </label>
        )}
        <CodeField problem={problems['code']} />
        <SubmitButton name="intent" value="propose" className="w-full">
          Propose to another administrator
        </SubmitButton>
      </div>
    </form>
  )
}

/** What the summary of problems calls each input. */
function labelsOf({ currencies }: Draft): Record<string, string> {
  const labels: Record<string, string> = { reason: 'Why', code: 'One-time code' }
  for (const [code, { rules }] of Object.entries(currencies)) {
    labels[`${code}.autoApprove.below`] = `${code}, automatic approval`
    labels[`${code}.autoApprove.sources`] = `${code}, automatic approval`
    for (const which of limitKeys) labels[`${code}.limits.${which}`] = `${code}, ${limitNames[which]}`
    rules.forEach((_, index) => {
      for (const part of ['name', 'source', 'from', 'approvers'])
        labels[`${code}.rules.${index}.${part}`] = `${code} rule ${index + 1}, ${part}`
    })
  }
  for (const id of riskCheckIds) labels[`risk.${id}`] = riskNames[id]
  return labels
}
