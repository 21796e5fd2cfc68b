'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { AreaField } from '#app/_ui/form/field.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Sentence } from '#app/_ui/foreign.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { hiddenPart } from '#app/_ui/hidden-part.tsx'
import { close } from '#app/desk/actions.ts'

/** To close an item, people must say how it was settled. `item`: its title, for screen readers. */
export function CloseItemForm({ id, item }: { id: string; item: string }) {
  const t = useTranslations('items')
  const [state, action] = useActionState(close, untouched)
  const field = `settled-${id}`
  return (
    <Fold
      className="w-full sm:mt-1 sm:w-auto sm:open:w-full"
      open={state.message !== null}
      title={t.rich('close', { item: () => <Sentence text={item} />, of: hiddenPart })}
    >
      <form action={action} noValidate className="mt-2 space-y-3">
        <FormProblems state={state} labels={{ [field]: t('how') }} title={t('notClosed')} oneField />
        <input type="hidden" name="id" value={id} />
        <AreaField
          name={field}
          label={t('how')}
          rows={2}
          maxLength={500}
          defaultValue={state.values[field] ?? ''}
          problem={state.problems[field]}
        />
        <SubmitButton look="secondary">{t('closeButton')}</SubmitButton>
      </form>
    </Fold>
  )
}
