'use client'
import { useActionState } from 'react'
import type { ReactNode } from 'react'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { change } from '../actions.ts'

/** One press: what a single admin may do with a target. `eventId`: of the delivery to send again. */
export function ActForm({
  id,
  act,
  eventId,
  isDanger = false,
  children,
}: {
  id: string
  act: string
  eventId?: string
  isDanger?: boolean
  children: ReactNode
}) {
  const [state, action] = useActionState(change, untouched)
  return (
    <form action={action} noValidate>
      <FormProblems state={state} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="act" value={act} />
      {eventId !== undefined && <input type="hidden" name="eventId" value={eventId} />}
      <SubmitButton look={isDanger ? 'danger' : 'secondary'}>{children}</SubmitButton>
    </form>
  )
}
