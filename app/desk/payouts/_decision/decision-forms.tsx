'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { AreaField, SelectField, TextField } from '#app/_ui/form/field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { rejectReasonCodes } from '#lib/payouts/reject-reasons.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
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
  const [t, code] = [useTranslations('decision.approve'), useTranslations('common.form')('code')]
  const [state, action] = useActionState(approve, untouched)
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} labels={{ note: t('note'), code }} title={t('failed')} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="contentHash" value={contentHash} />
      <input type="hidden" name="riskSeen" value={riskSeen} />
      <OnwardFields {...onward} />
      {/* Never prefilled: the record must hold this person's own words. */}
      <TextField
        name="note"
        label={t('note')}
        hint={t(needsNote ? 'hintSame' : 'hint')}
        optional={!needsNote}
        problem={state.problems['note']}
        input={{ defaultValue: state.values['note'], maxLength: 500 }}
      />
      <CodeField problem={state.problems['code']} />
      <SubmitButton className="w-full">
        <span lang="en">{fixedNames.approve}</span>
      </SubmitButton>
    </form>
  )
}

export function UndoForm({ id }: { id: string }) {
  const t = useTranslations('decision.undo')
  const [state, action] = useActionState(undo, untouched)
  return (
    <form action={action} className="space-y-3">
      <FormProblems state={state} title={t('failed')} />
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary" className="w-full">
        {t('button')}
      </SubmitButton>
    </form>
  )
}

/** Without scripts the chosen sentence counts if nothing is written. `told`: how the receiver learns of it. */
export function RejectForm({ seen, told, onward }: { seen: Seen; told: string; onward: Onward }) {
  const [t, reasons] = [useTranslations('decision.reject'), useTranslations('rejectReasons')]
  const [state, action] = useActionState(reject, untouched)
  const texts = rejectReasonCodes.map((id) => reasons(`${id}.text`))
  const templates = [
    { value: '', text: t('own') },
    ...rejectReasonCodes.map((id) => ({ value: id, text: reasons(`${id}.label`) })),
  ]
  /** Adds the chosen sentence after what the person has written. */
  const fillIn = (select: HTMLSelectElement) => {
    const area = select.form?.elements.namedItem('reason')
    if (!(area instanceof HTMLTextAreaElement)) return
    const own = texts.includes(area.value) ? '' : area.value.trim()
    const chosen = rejectReasonCodes.find((id) => id === select.value)
    area.value = [own, chosen === undefined ? '' : reasons(`${chosen}.text`)]
      .filter((part) => part !== '')
      .join(' ')
  }
  return (
    <form action={action} noValidate className="space-y-3">
      <FormProblems state={state} labels={{ reason: fixedNames.reason }} title={t('failed')} />
      <SeenFields {...seen} />
      <OnwardFields {...onward} />
      <SelectField
        name="template"
        label={t('template')}
        options={templates}
        defaultValue={state.values['template'] ?? ''}
        onChoose={fillIn}
        optional
      />
      <AreaField
        name="reason"
        label={fixedNames.reason}
        hint={told}
        maxLength={500}
        defaultValue={state.values['reason'] ?? ''}
        problem={state.problems['reason']}
      />
      <SubmitButton look="danger" className="w-full">
        <span lang="en">{fixedNames.reject}</span>
      </SubmitButton>
    </form>
  )
}
