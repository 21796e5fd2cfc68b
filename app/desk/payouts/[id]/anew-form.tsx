'use client'
import { useActionState } from 'react'
import { Refused } from '#app/_ui/refused.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { anew } from './actions.ts'

export function AnewForm({ id }: { id: string }) {
  const [refused, action] = useActionState(anew, null)
  return (
    <form action={action} className="space-y-3">
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary">Ask for it anew</SubmitButton>
      <Refused text={refused} />
    </form>
  )
}
