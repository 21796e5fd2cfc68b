'use client'
import { useActionState } from 'react'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form-problems.tsx'
import { untouched } from '#app/_ui/form-state.ts'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { reverse } from './actions.ts'

const control =
  'mt-1 block min-h-11 w-full rounded-lg border border-line-strong bg-surface px-3.5 py-2 text-base text-ink hover:border-ink-2'

/** Several of these stand on one page, so every field has an id of its own. */
export function ReverseForm({ id, reference }: { id: string; reference: string }) {
  const [state, action] = useActionState(reverse, untouched)
  return (
    <Fold title="Take back" open={state.message !== null}>
      <form action={action} noValidate className="mt-1 mb-3 w-full max-w-md space-y-3">
        <FormProblems state={state} labels={{}} startAnew="/desk/balances" />
        <input type="hidden" name="id" value={id} />
        <label className="block text-[0.9375rem] font-medium">
          Reason
          <input name="reason" maxLength={500} defaultValue={state.values['reason']} className={control} />
        </label>
        <label className="block text-[0.9375rem] font-medium">
          One-time code
          <input
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={32}
            spellCheck={false}
            className={control}
          />
        </label>
        <SubmitButton look="danger">
          Take back<span className="sr-only"> {reference}</span>
        </SubmitButton>
      </form>
    </Fold>
  )
}
