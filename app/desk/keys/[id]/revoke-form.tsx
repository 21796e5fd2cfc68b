'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/code-field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { revoke } from '../actions.ts'

export function RevokeForm({ id }: { id: string }) {
  const [refused, action] = useActionState(revoke, null)
  return (
    <form action={action} noValidate className="space-y-5">
      {refused !== null && <Alert tone="bad" role="alert" title={refused} />}
      <input type="hidden" name="id" value={id} />
      <CodeField />
      <SubmitButton look="danger" className="w-full">
        Revoke the key
      </SubmitButton>
    </form>
  )
}
