'use client'
import { useActionState } from 'react'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { endOne, endOthers } from './actions.ts'

/** `name` is what a screen reader hears behind "End". */
export function EndForm({ sessionId, name }: { sessionId: string; name: string }) {
  const [state, action] = useActionState(endOne, untouched)
  return (
    <form action={action} className="flex flex-wrap items-center gap-x-3">
      <input type="hidden" name="sessionId" value={sessionId} />
      <SubmitButton look="secondary">
        <span>End</span>
        <span className="sr-only">
          {' '}
          the session in <bdi>{name}</bdi>
        </span>
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}

export function EndOthersForm() {
  const [state, action] = useActionState(endOthers, untouched)
  return (
    <form action={action} className="mt-4 flex flex-wrap items-center gap-x-4">
      <SubmitButton look="secondary">End all others</SubmitButton>
      <Refused state={state} />
    </form>
  )
}
