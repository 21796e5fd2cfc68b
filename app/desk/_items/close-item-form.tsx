'use client'
import { useActionState } from 'react'
import { AreaField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { close } from '#app/desk/actions.ts'

/** To close an item, people must say how it was settled. */
export function CloseItemForm({ id, what }: { id: string; what: string }) {
  const [state, action] = useActionState(close, untouched)
  return (
    <Fold
      className="w-full sm:w-auto sm:open:w-full"
      open={state.message !== null}
      title={
        <>
          Close this item
          <span className="sr-only">
            : <Foreign text={what} />
          </span>
        </>
      }
    >
      <form action={action} noValidate className="mt-2 space-y-3">
        <FormProblems
          state={state}
          labels={{ [`settled-${id}`]: 'How it was settled' }}
          title="Not closed"
          oneField
        />
        <input type="hidden" name="id" value={id} />
        <AreaField
          name={`settled-${id}`}
          label="How it was settled"
          rows={2}
          maxLength={500}
          defaultValue={state.values[`settled-${id}`] ?? ''}
          problem={state.problems[`settled-${id}`]}
        />
        <SubmitButton look="secondary">Close the item</SubmitButton>
      </form>
    </Fold>
  )
}
