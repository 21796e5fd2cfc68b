'use client'
import { SelectField } from '#app/_ui/form/field.tsx'
import type { FormState } from '#app/_ui/form/form-state.ts'

const name = 'savedId'

/** Preselects the default. Without scripts, the server prefers what is typed below. */
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

/** When people type a destination, the choice switches to it. */
export function letGoOfSaved(typedInto: EventTarget, prefilled: Record<string, string>): void {
  if (!(typedInto instanceof HTMLInputElement) || typedInto.value.trim() === '') return
  if (typedInto.value === prefilled[typedInto.name]) return
  const select = typedInto.form?.elements.namedItem(name)
  if (select instanceof HTMLSelectElement) select.value = ''
}

/** When people choose a saved one after typing, what they typed is cleared, because it would win. */
function forgetTyped(form: HTMLFormElement | null, prefilled: Record<string, string>): void {
  for (const input of form?.querySelectorAll<HTMLInputElement>('[data-destination] input') ?? [])
    input.value = prefilled[input.name] ?? ''
}
