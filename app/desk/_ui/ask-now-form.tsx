'use client'
import { useActionState } from 'react'
import type { ReactNode } from 'react'
import { Refused } from '#app/_ui/refused.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { ask } from '#app/desk/actions.ts'

/** Wakes the worker, which asks; the answer appears on the page by itself. */
export function AskNowForm({ id, what }: { id: string; what: ReactNode }) {
  const [told, action] = useActionState(ask, null)
  return (
    <form action={action} className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary">
        Ask Cardzo now<span className="sr-only"> about {what}</span>
      </SubmitButton>
      <Refused text={told} />
    </form>
  )
}
