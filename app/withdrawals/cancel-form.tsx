'use client'
import { useActionState } from 'react'
import { Refused } from '#app/_ui/refused.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { cancel } from './actions.ts'

/** The second press, behind the question. */
export function CancelForm({ id, label }: { id: string; label: string }) {
  const [problem, action] = useActionState(cancel, null)
  return (
    <form action={action}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="danger">
        <span>Yes, cancel it</span>
        <span className="sr-only">: {label}</span>
      </SubmitButton>
      <Refused text={problem} />
    </form>
  )
}
