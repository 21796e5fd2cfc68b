'use client'
import { useActionState } from 'react'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { dropApproval, takeApproval } from './actions.ts'
import { dropForm, takeForm } from './take-form-ids.ts'

/** The forms that the buttons of the rows belong to. */
export function TakeForms() {
  const [taken, take] = useActionState(takeApproval, untouched)
  const [dropped, drop] = useActionState(dropApproval, untouched)
  return (
    <>
      <form id={takeForm} action={take}>
        <Refused state={taken} />
      </form>
      <form id={dropForm} action={drop}>
        <Refused state={dropped} />
      </form>
    </>
  )
}
