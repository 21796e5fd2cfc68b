'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import type { ReactNode } from 'react'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { hiddenPart } from '#app/_ui/hidden-part.tsx'
import { ask } from '#app/desk/actions.ts'

/** Wakes the worker, which asks Cardzo; the answer then appears on the page. `what`: what it is about, for screen readers. */
export function AskNowForm({ id, what }: { id: string; what: ReactNode }) {
  const t = useTranslations('common')
  const [state, action] = useActionState(ask, untouched)
  return (
    <form action={action} className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <input type="hidden" name="id" value={id} />
      <SubmitButton look="secondary">
        {t.rich('askCardzo', { what: () => what, of: hiddenPart })}
      </SubmitButton>
      <Refused state={{ ...state, message: state.message ?? state.answer }} />
    </form>
  )
}
