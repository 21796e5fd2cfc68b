'use client'
import { useActionState } from 'react'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { cancel } from './actions.ts'

/** One press, no question back: cancelling moves no money and a new request is quickly made. */
export function CancelForm({ id, label }: { id: string; label: string }) {
  const [problem, action] = useActionState(cancel, null)
  return (
    <form action={action}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="quiet">
        Cancel<span className="sr-only"> {label}</span>
      </SubmitButton>
      {problem !== null && (
        <p role="alert" className="mt-1 text-sm text-bad">
          {problem}
        </p>
      )}
    </form>
  )
}
