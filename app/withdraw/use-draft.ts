'use client'
import { useEffect, useEffectEvent, useState } from 'react'
import type { RefObject } from 'react'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { whatBecame } from './actions.ts'
import { forgetDraft, keepDraft, readDraft } from './draft.ts'
import type { Draft } from './draft.ts'

type Options = {
  /** The form of the address. */
  formId: string
  userId: string
  state: FormState
  /** The address already says what to ask for. */
  isAskedFor: boolean
  onRestored: () => void
  choose: (savedId: string) => void
}

/**
 * Keeps the form in this browser while it is filled in. When the page opens again, an unsent form is filled in as it was; of one that was
 * sent the server says whether it arrived, and if not, the same form can be sent again.
 */
export function useDraft(form: RefObject<HTMLFormElement | null>, options: Options) {
  const { state } = options
  const [formId, setFormId] = useState(options.formId)
  const [received, setReceived] = useState<string | null>(null)
  const [isResumed, setResumed] = useState(false)

  const keep = (isSent = false) => {
    if (form.current)
      store({ formId, userId: options.userId, values: valuesOf(form.current), isSent, at: Date.now() })
  }
  const restore = (draft: Draft) => {
    if (form.current === null || !fillIn(form.current, draft.values)) return
    setFormId(draft.formId)
    options.choose(draft.values['savedId'] ?? '')
    setResumed(true)
    options.onRestored()
  }
  const begin = useEffectEvent(async () => {
    options.onRestored()
    const draft = stored(options.userId)
    if (draft === null || (!draft.isSent && options.isAskedFor)) return
    const path = draft.isSent ? await whatBecame(asForm(draft.formId)) : null
    if (path === null) restore(draft)
    else {
      forget()
      setReceived(path)
    }
  })
  useEffect(() => void begin(), [])

  const answered = useEffectEvent(() => {
    if (state.code === 'form_reused') forget()
    // Refused: what was sent made no payout. While the server was away nobody knows.
    else if (state.message !== null && state.code !== 'unavailable') keep()
  })
  useEffect(() => answered(), [state])

  return { formId, received, isResumed, keep: () => keep(), sending: () => keep(true), forget }
}

const valuesOf = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries(
    [...new FormData(form)].filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' && entry[0] !== 'formId' && !entry[0].startsWith('$'),
    ),
  )

/** Fills in what was typed before; false if somebody is already typing. */
function fillIn(form: HTMLFormElement, values: Record<string, string>): boolean {
  const inputs = [...form.querySelectorAll<HTMLInputElement>('input[type=text]')]
  if (inputs.some((input) => input.value !== input.defaultValue)) return false
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name)
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value
  }
  return true
}

function asForm(formId: string): FormData {
  const form = new FormData()
  form.set('formId', formId)
  return form
}

// A browser that stores nothing only loses the draft.
function stored(userId: string): Draft | null {
  try {
    return readDraft(userId)
  } catch {
    return null
  }
}

function store(draft: Draft): void {
  try {
    keepDraft(draft)
  } catch {
    // As above.
  }
}

function forget(): void {
  try {
    forgetDraft()
  } catch {
    // As above.
  }
}
