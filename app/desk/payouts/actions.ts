'use server'
import { revalidatePath } from 'next/cache'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { removeView } from '#lib/services/desk/remove-view.ts'
import { saveView } from '#lib/services/desk/save-view.ts'
import { readFilter, writeFilter } from './filter.ts'

async function runKeep(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { name = '', query = '', shared } = typed
  const given = new URLSearchParams(query)
  const names = [...new Set(given.keys())]
  // Only what the list itself would write into its address.
  const filter = readFilter(Object.fromEntries(names.map((each) => [each, given.getAll(each)])))
  const view = { name, query: writeFilter(filter).toString(), shared: shared === 'yes' }
  const result = await act(({ deps, actor }) => saveView(deps, actor, view))
  if (!result.ok) return sentBack(result, typed)
  revalidatePath('/desk/payouts')
  return untouched
}

async function runRemove(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const result = await act(({ deps, actor }) => removeView(deps, actor, { id: typed['id'] ?? '' }))
  if (!result.ok) return sentBack(result, typed)
  revalidatePath('/desk/payouts')
  return untouched
}

// What a browser can call; each checks its arguments first.
export const keepView = formAction(runKeep)
export const removeKeptView = formAction(runRemove)
