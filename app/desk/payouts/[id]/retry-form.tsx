'use client'
import { useActionState } from 'react'
import { Refused } from '#app/_ui/refused.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { retry } from './actions.ts'

export function RetryForm({ id }: { id: string }) {
  const [refused, action] = useActionState(retry, null)
  return (
    <form action={action} className="space-y-3">
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary">Ask for it anew</SubmitButton>
      <Refused text={refused} />
    </form>
  )
}
