'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { AreaField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { change, write } from './actions.ts'

type Written = { noteId: string; text: string; toReceiver: boolean }

/** `noteId` names the note that is written: sent twice it is one note. */
export function WriteNoteForm({ payoutId, noteId }: { payoutId: string; noteId: string }) {
  return <NoteForm action={write} payoutId={payoutId} note={{ noteId, text: '', toReceiver: false }} isNew />
}

export function ChangeNoteForm({ payoutId, note }: { payoutId: string; note: Written }) {
  return <NoteForm action={change} payoutId={payoutId} note={note} isNew={false} />
}

function NoteForm({
  action,
  payoutId,
  note,
  isNew,
}: {
  action: typeof write
  payoutId: string
  note: Written
  isNew: boolean
}) {
  const t = useTranslations('history')
  const [state, send] = useActionState(action, untouched)
  const name = `text-${note.noteId}`
  const checked = state.values[name] === undefined ? note.toReceiver : 'toReceiver' in state.values
  return (
    <form action={send} noValidate className="space-y-3">
      <FormProblems state={state} labels={{ [name]: t('notes.text') }} title={t('notes.notSaved')} />
      <input type="hidden" name="payoutId" value={payoutId} />
      <input type="hidden" name="noteId" value={note.noteId} />
      <AreaField
        name={name}
        label={t('notes.text')}
        hint={t('notes.hint')}
        maxLength={2000}
        defaultValue={state.values[name] ?? note.text}
        problem={state.problems[name]}
      />
      <label className="flex min-h-11 items-center gap-2.5 text-[0.9375rem]">
        <input
          type="checkbox"
          name="toReceiver"
          value="yes"
          defaultChecked={checked}
          className="size-5 shrink-0"
        />
        {t('notes.toReceiver')}
      </label>
      <SubmitButton look="secondary">{isNew ? t('notes.save') : t('notes.saveChange')}</SubmitButton>
    </form>
  )
}
