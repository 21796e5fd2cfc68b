'use server'
import { revalidatePath } from 'next/cache'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { changeNote, writeNote } from '#lib/services/payout/write-note.ts'

/** Several such forms may be on a page, so the input's name has the note's. */
function noteOf(texts: Record<string, string>) {
  const { payoutId = '', noteId = '', toReceiver = '' } = texts
  return { payoutId, noteId, text: texts[`text-${noteId}`] ?? '', toReceiver: toReceiver !== '' }
}
const inputOf = (texts: Record<string, string>) => () => `text-${texts['noteId'] ?? ''}`

async function runWrite(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const result = await act(({ deps, actor }) => writeNote(deps, actor, noteOf(texts)))
  if (!result.ok) return sentBack(result, texts, { inputOf: inputOf(texts) })
  revalidatePath('/desk/payouts/[id]', 'page')
  return untouched
}

async function runChange(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const result = await act(({ deps, actor }) => changeNote(deps, actor, noteOf(texts)))
  if (!result.ok) return sentBack(result, texts, { inputOf: inputOf(texts) })
  revalidatePath('/desk/payouts/[id]', 'page')
  return untouched
}

export const write = formAction(runWrite)
export const change = formAction(runChange)
