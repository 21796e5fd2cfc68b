'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { CodeField } from '#app/_ui/form/code-field.tsx'
import { FormProblems } from '#app/_ui/form/form-problems.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'

/** For an administrator who did not propose it: says yes or no to it, with a code. */
export function DecideForm({
  action: decide,
  about,
  words,
  label,
  code = 'code',
  no = 'rejected',
}: {
  action: (state: FormState, form: FormData) => Promise<FormState>
  /** The hidden input that says what is decided on. */
  about: { name: string; value: string | number }
  words: { notDecided: string; confirm: string; reject: string }
  /** Names the form where a page has several. What is wrong is then shown beside the field alone. */
  label?: string
  /** The code's input, which is its id too, so each form of a page has its own. */
  code?: string
  /** What the action calls a no. */
  no?: string
}) {
  const t = useTranslations('common.form')
  const [state, action] = useActionState(decide, untouched)
  return (
    <form action={action} noValidate className="max-w-xl space-y-4" aria-label={label}>
      <FormProblems
        state={state}
        labels={{ [code]: t('code') }}
        title={words.notDecided}
        oneField={label !== undefined}
      />
      <input type="hidden" name={about.name} value={about.value} />
      {/* Enter in the code field presses the first button, which decides nothing. */}
      <button type="submit" name="decision" value="" tabIndex={-1} aria-hidden="true" className="hidden" />
      <CodeField name={code} problem={state.problems[code]} />
      <div className="grid gap-3 sm:grid-cols-2">
        <SubmitButton name="decision" value="confirmed">
          {words.confirm}
        </SubmitButton>
        <SubmitButton look="danger" name="decision" value={no}>
          {words.reject}
        </SubmitButton>
      </div>
    </form>
  )
}
