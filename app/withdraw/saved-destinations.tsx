'use client'
import { SelectField } from '#app/_ui/field.tsx'
import type { FormState } from '#app/_ui/form-state.ts'

const name = 'savedId'

/** The default is chosen; without scripts the server lets what is typed below win. */
export function SavedChoice({
  saved,
  state,
  prefilled,
}: {
  saved: readonly { value: string; text: string }[]
  state: FormState
  prefilled: Record<string, string>
}) {
  return (
    <SelectField
      name={name}
      label="Saved account"
      hint="To use it, leave the account fields below as they are. What you type there is used instead."
      options={[...saved, { value: '', text: 'Another account' }]}
      defaultValue={state.values[name] ?? saved[0]?.value}
      problem={state.problems[name]}
      onChoose={(select) => {
        if (select.value !== '') forgetTyped(select.form, prefilled)
      }}
    />
  )
}

/** Whoever types an account means that one: the choice says so. */
export function letGoOfSaved(typedInto: EventTarget, prefilled: Record<string, string>): void {
  if (!(typedInto instanceof HTMLInputElement) || typedInto.value.trim() === '') return
  if (typedInto.value === prefilled[typedInto.name]) return
  const select = typedInto.form?.elements.namedItem(name)
  if (select instanceof HTMLSelectElement) select.value = ''
}

/** Whoever chooses a saved one after typing means the saved one: what was typed would win otherwise. */
function forgetTyped(form: HTMLFormElement | null, prefilled: Record<string, string>): void {
  for (const input of form?.querySelectorAll<HTMLInputElement>('[data-destination] input') ?? [])
    input.value = prefilled[input.name] ?? ''
}
