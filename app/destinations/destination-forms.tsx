'use client'
import { useActionState } from 'react'
import { TextField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { DestinationFields } from '#app/_ui/form/money-fields.tsx'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { describeField } from '#lib/payouts/fields.ts'
import { add, makeDefault, remove, rename } from './actions.ts'

export function AddForm({
  fields,
  prefilled,
}: {
  /** Gateway field names. */
  fields: readonly string[]
  prefilled: Record<string, string>
}) {
  const [state, action] = useActionState(add, untouched)
  const labels = {
    label: 'Name for it',
    ...Object.fromEntries(fields.map((name) => [name, describeField(name).label])),
  }
  return (
    <form action={action} noValidate className="space-y-6">
      <FormProblems state={state} labels={labels} startOver="/destinations" />
      <DestinationFields names={fields} state={state} prefilled={prefilled} />
      <TextField
        name="label"
        label="Name for it"
        optional
        hint="Such as “Salary account”. Without one it is called by its bank and its last four characters."
        problem={state.problems['label']}
        input={{ autoComplete: 'off', maxLength: 200, defaultValue: state.values['label'] }}
      />
      <SubmitButton className="w-full">Save account</SubmitButton>
    </form>
  )
}

export function RenameForm({ id, label }: { id: string; label: string }) {
  const [state, action] = useActionState(rename, untouched)
  return (
    <Fold
      className="open:w-full"
      open={state.message !== null}
      title={
        <>
          Rename
          <span className="sr-only">
            {' '}
            <bdi>{label}</bdi>
          </span>
        </>
      }
    >
      <form action={action} noValidate className="mt-2 space-y-3">
        <FormProblems state={state} labels={{ [`label-${id}`]: 'New name' }} title="Not renamed" oneField />
        <input type="hidden" name="id" value={id} />
        <TextField
          name={`label-${id}`}
          label="New name"
          problem={state.problems[`label-${id}`]}
          input={{ autoComplete: 'off', maxLength: 200, defaultValue: state.values[`label-${id}`] ?? label }}
        />
        <SubmitButton look="secondary">Keep this name</SubmitButton>
      </form>
    </Fold>
  )
}

export function DefaultForm({ id, label }: { id: string; label: string }) {
  const [state, action] = useActionState(makeDefault, untouched)
  return (
    <form action={action}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="quiet">
        Make default
        <span className="sr-only">
          : <bdi>{label}</bdi>
        </span>
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}

/** The second press, below the question. */
export function RemoveForm({ id, label }: { id: string; label: string }) {
  const [state, action] = useActionState(remove, untouched)
  return (
    <form action={action}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="danger">
        <span>Yes, remove it</span>
        <span className="sr-only">
          : <bdi>{label}</bdi>
        </span>
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}
