'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import type { ReactNode } from 'react'
import type { Look } from '#app/_ui/button.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { DestinationFields } from '#app/_ui/form/money-fields.tsx'
import { Refused } from '#app/_ui/form/refused.tsx'
import { useFieldLabel } from '#app/_ui/form/use-field-label.ts'
import type { FieldWords } from '#app/_ui/form/use-field-label.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { add, freezeIt, makeDefault, remove, rename } from './actions.ts'

type Saved = { id: string; label: string }

export function AddForm({
  fields,
  words,
  prefilled,
}: {
  /** Gateway field names. */
  fields: readonly string[]
  words: FieldWords
  prefilled: Record<string, string>
}) {
  const [t, labelOf] = [useTranslations('destinations'), useFieldLabel(words)]
  const [state, action] = useActionState(add, untouched)
  const labels = {
    label: t('nickname'),
    ...Object.fromEntries(fields.map((name) => [name, labelOf(name)])),
  }
  return (
    <form action={action} noValidate className="space-y-6">
      <FormProblems state={state} labels={labels} startOver="/destinations" />
      <DestinationFields names={fields} words={words} state={state} prefilled={prefilled} />
      <TextField
        name="label"
        label={t('nickname')}
        optional
        hint={t('nicknameHint')}
        problem={state.problems['label']}
        input={{ autoComplete: 'off', maxLength: 200, defaultValue: state.values['label'] }}
      />
      <SubmitButton className="w-full">{t('save')}</SubmitButton>
    </form>
  )
}

export function RenameForm({ id, label }: { id: string; label: string }) {
  const t = useTranslations('destinations')
  const [state, action] = useActionState(rename, untouched)
  return (
    <Fold
      className="open:w-full"
      open={state.message !== null}
      title={
        <>
          {t('rename')}
          <span className="sr-only">
            {' '}
            <bdi>{label}</bdi>
          </span>
        </>
      }
    >
      <form action={action} noValidate className="mt-2 space-y-3">
        <FormProblems
          state={state}
          labels={{ [`label-${id}`]: t('newName') }}
          title={t('notRenamed')}
          oneField
        />
        <input type="hidden" name="id" value={id} />
        <TextField
          name={`label-${id}`}
          label={t('newName')}
          problem={state.problems[`label-${id}`]}
          input={{ autoComplete: 'off', maxLength: 200, defaultValue: state.values[`label-${id}`] ?? label }}
        />
        <SubmitButton look="secondary">{t('saveName')}</SubmitButton>
      </form>
    </Fold>
  )
}

export function DefaultForm({ id, label }: Saved) {
  const t = useTranslations('destinations')
  return (
    <OnePress id={id} label={label} act={makeDefault} look="quiet">
      {t('makeDefault')}
    </OnePress>
  )
}

/** While it is new. One press is enough: somebody else may have added it. */
export function FreezeForm({ id, label }: Saved) {
  const t = useTranslations('destinations')
  return (
    <OnePress id={id} label={label} act={freezeIt} look="quiet">
      {t('freeze')}
    </OnePress>
  )
}

/** The second press, below the question. */
export function RemoveForm({ id, label }: Saved) {
  const t = useTranslations('destinations')
  return (
    <OnePress id={id} label={label} act={remove} look="danger">
      <span>{t('removeYes')}</span>
    </OnePress>
  )
}

/** A button about one destination, which it names for a screen reader. */
function OnePress({
  id,
  label,
  act,
  look,
  children,
}: Saved & { act: typeof remove; look: Look; children: ReactNode }) {
  const [state, action] = useActionState(act, untouched)
  return (
    <form action={action}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton look={look}>
        {children}
        <span className="sr-only">
          : <bdi>{label}</bdi>
        </span>
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}
