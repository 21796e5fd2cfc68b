'use client'
import { useActionState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { CodeField } from '#app/_ui/code-field.tsx'
import { AreaField, SelectField, TextField } from '#app/_ui/field.tsx'
import { SubmitButton } from '#app/_ui/submit-button.tsx'
import { rejectReason, rejectReasons } from '#lib/payouts/reject-reasons.ts'
import { approve, reject, undo } from './actions.ts'

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

/** What an approver mostly has to say about the same amount twice in a day; it is his statement, and he can change it. */
const usualNote = 'Two payments of the same amount are intended.'

export function ApproveForm({
  id,
  contentHash,
  needsNote,
}: {
  id: string
  contentHash: string
  needsNote: boolean
}) {
  const [{ refused, note }, action] = useActionState(approve, {
    refused: null,
    note: needsNote ? usualNote : '',
  })
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
        hint={
          needsNote
            ? 'The same was asked for within a day. This goes on record as the reason why both are right: change it to what is true.'
            : 'For your colleagues and the audit.'
        }
        optional={!needsNote}
        input={{ defaultValue: note, maxLength: 500 }}
      />
      <CodeField />
      <SubmitButton className="w-full">Approve</SubmitButton>
    </form>
  )
}

export function UndoForm({ id }: { id: string }) {
  const [refused, action] = useActionState(undo, null)
  return (
    <form action={action} className="space-y-3">
      {refused !== null && (
        <Alert tone="bad" title="Not taken back" role="alert">
          <p>{refused}</p>
        </Alert>
      )}
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary" className="w-full">
        Undo
      </SubmitButton>
    </form>
  )
}

const templates = [
  { value: '', text: 'Other: write it yourself' },
  ...rejectReasons.map(({ id, label }) => ({ value: id, text: label })),
]

/** Puts the chosen sentence into the text; what somebody has written himself stays before it. */
function fillIn(select: HTMLSelectElement) {
  const area = select.form?.elements.namedItem('reason')
  if (!(area instanceof HTMLTextAreaElement)) return
  const own = rejectReasons.some(({ text }) => text === area.value) ? '' : area.value.trim()
  area.value = [own, rejectReason(select.value, '')].filter((part) => part !== '').join(' ')
}

/** Without scripts the chosen sentence counts when nothing is written. */
export function RejectForm({ seen }: { seen: Seen }) {
  const [state, action] = useActionState(reject, { refused: null, template: '', reason: '' })
  return (
    <form action={action} noValidate className="space-y-3">
      {state.refused !== null && (
        <Alert tone="bad" title="Not rejected" role="alert">
          <p>{state.refused}</p>
        </Alert>
      )}
      <SeenFields {...seen} />
      <SelectField
        name="template"
        label="Template"
        options={templates}
        defaultValue={state.template}
        onChoose={fillIn}
        optional
      />
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
