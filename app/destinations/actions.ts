'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { addDestination } from '#lib/services/destination/add-destination.ts'
import { chooseDefaultDestination } from '#lib/services/destination/choose-default-destination.ts'
import { freezeOwn } from '#lib/services/destination/freeze-destination.ts'
import { removeDestination } from '#lib/services/destination/remove-destination.ts'
import { renameDestination } from '#lib/services/destination/rename-destination.ts'

async function runAdd(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { label = '', ...destination } = typed
  const result = await act(({ deps, actor }) => addDestination(deps, actor, { label, destination }))
  if (!result.ok) return sentBack(result, typed)
  redirect(`/destinations?${result.made ? 'added' : 'known'}=${result.destination.id}`)
}

async function runRename(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '' } = texts
  const label = texts[`label-${id}`] ?? ''
  const result = await act(({ deps, actor }) => renameDestination(deps, actor, { id, label }))
  if (!result.ok) return sentBack(result, texts, { inputOf: (path) => `${path}-${id}` })
  revalidatePath('/destinations')
  return untouched
}

/** Says nothing when it went well: the list itself does. */
async function runMakeDefault(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => chooseDefaultDestination(deps, actor, { id }))
  revalidatePath('/destinations')
  return result.ok ? untouched : sentBack(result, {})
}

async function runFreeze(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => freezeOwn(deps, actor, { id }))
  revalidatePath('/destinations')
  return result.ok ? untouched : sentBack(result, {})
}

async function runRemove(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => removeDestination(deps, actor, { id }))
  revalidatePath('/destinations')
  return result.ok ? untouched : sentBack(result, {})
}

// What a browser can call; each checks its arguments first.
export const add = formAction(runAdd)
export const rename = formAction(runRename)
export const makeDefault = formAction(runMakeDefault)
export const freezeIt = formAction(runFreeze)
export const remove = formAction(runRemove)
