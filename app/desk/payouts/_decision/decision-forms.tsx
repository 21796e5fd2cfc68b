'use client'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { rejectReason, rejectReasons } from '#lib/payouts/reject-reasons.ts'
import type { Onward } from '#app/desk/payouts/_list/list-address.ts'
import { approve, reject, undo } from './actions.ts'

type Seen = { id: string; version: number }

/** Hidden fields: the list the person came from, and the payout there that comes after this one; '' if there is none. */
function OnwardFields({ list, next }: Onward) {
  return (
    <>
      <input type="hidden" name="list" value={list} />
      <input type="hidden" name="next" value={next} />
    </>
  )
}

/** Hidden fields: which payout, and the version that the person saw. */
function SeenFields({ id, version }: Seen) {
  return (
    <>
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="version" value={version} />
    </>
  )
}

const labels = { note: 'Note', code: 'One-time code', reason: 'Reason' }

export function ApproveForm({
  id,
  contentHash,
  riskSeen,
  needsNote,
  onward,
}: {
  id: string
  contentHash: string
  riskSeen: string
  needsNote: boolean
  onward: Onward
}) {
  const [state, action] = useActionState(approve, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} labels={labels} title="Not approved" />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="contentHash" value={contentHash} />
      <input type="hidden" name="riskSeen" value={riskSeen} />
      <OnwardFields {...onward} />
      {/* Never prefilled: the record must hold this person's own words. */}
      <TextField
        name="note"
        label={labels.note}
        hint={
          needsNote
            ? 'The same was asked for within a day. Write why both are right; it goes on record.'
            : 'For your colleagues and the audit.'
        }
        optional={!needsNote}
        problem={state.problems['note']}
        input={{ defaultValue: state.values['note'], maxLength: 500 }}
      />
      <CodeField problem={state.problems['code']} />
      <SubmitButton className="w-full">Approve</SubmitButton>
    </form>
  )
}

export function UndoForm({ id }: { id: string }) {
  const [state, action] = useActionState(undo, untouched)
  return (
    <form action={action} className="space-y-3">
      <FormProblems state={state} title="Not taken back" />
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

/** Adds the chosen sentence after what the person has written. */
function fillIn(select: HTMLSelectElement) {
  const area = select.form?.elements.namedItem('reason')
  if (!(area instanceof HTMLTextAreaElement)) return
  const own = rejectReasons.some(({ text }) => text === area.value) ? '' : area.value.trim()
  area.value = [own, rejectReason(select.value, '')].filter((part) => part !== '').join(' ')
}

/** Without scripts the chosen sentence counts if nothing is written. `told`: how the receiver learns of it. */
export function RejectForm({ seen, told, onward }: { seen: Seen; told: string; onward: Onward }) {
  const [state, action] = useActionState(reject, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} labels={labels} title="Not rejected" />
      <SeenFields {...seen} />
      <OnwardFields {...onward} />
      <SelectField
        name="template"
        label="Template"
        options={templates}
        defaultValue={state.values['template'] ?? ''}
        onChoose={fillIn}
        optional
      />
      <AreaField
        name="reason"
        label={labels.reason}
        hint={told}
        maxLength={500}
        defaultValue={state.values['reason'] ?? ''}
        problem={state.problems['reason']}
      />
      <SubmitButton look="danger" className="w-full">
        Reject
      </SubmitButton>
    </form>
  )
}
