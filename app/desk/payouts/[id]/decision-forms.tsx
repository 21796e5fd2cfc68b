'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/code-field.tsx'
import { AreaField, TextField } from '#app/_ui/field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { approve, reject } from './actions.ts'

type Seen = { id: string; version: number }

/** Hidden in both forms: which payout, and the version that was looked at. */
function SeenFields({ id, version }: Seen) {
  return (
    <>
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="version" value={version} />
    </>
  )
}

export function ApproveForm({ id, contentHash }: { id: string; contentHash: string }) {
  const [{ refused, note }, action] = useActionState(approve, { refused: null, note: '' })
  return (
    <form action={action} noValidate className="space-y-3">
      {refused !== null && (
        <Alert tone="bad" title="Not approved" role="alert">
          <p>{refused}</p>
        </Alert>
      )}
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="contentHash" value={contentHash} />
      <TextField
        name="note"
        label="Note"
        hint="For your colleagues and the audit."
        optional
        input={{ defaultValue: note, maxLength: 500 }}
      />
      <CodeField />
      <SubmitButton className="w-full">Approve</SubmitButton>
    </form>
  )
}

export function RejectForm({ seen }: { seen: Seen }) {
  const [state, action] = useActionState(reject, { refused: null, reason: '' })
  return (
    <form action={action} noValidate className="space-y-3">
      {state.refused !== null && (
        <Alert tone="bad" title="Not rejected" role="alert">
          <p>{state.refused}</p>
        </Alert>
      )}
      <SeenFields {...seen} />
      <AreaField
        name="reason"
        label="Reason"
        hint="The receiver reads it on the status page and in the mail."
        maxLength={500}
        defaultValue={state.reason}
      />
      <SubmitButton look="danger" className="w-full">
        Reject
      </SubmitButton>
    </form>
  )
}
