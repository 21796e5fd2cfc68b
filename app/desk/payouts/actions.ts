'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere, zoneHere } from '#app/_server/locale.ts'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { removeView } from '#lib/services/desk/remove-view.ts'
import { renameView } from '#lib/services/desk/rename-view.ts'
import { saveView } from '#lib/services/desk/save-view.ts'
import { askForFile } from '#lib/services/payout/ask-for-file.ts'
import { deskFilterOf, filterOfQuery, writeFilter } from './filter.ts'

async function runKeep(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { name = '', query = '', shared } = typed
  // Only what the list itself would write into its address.
  const filter = filterOfQuery(new URLSearchParams(query))
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

async function runRename(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { id = '', name = '' } = typed
  const result = await act(({ deps, actor }) => renameView(deps, actor, { id, name }))
  if (!result.ok) return sentBack(result, typed)
  revalidatePath('/desk/payouts')
  return untouched
}

async function runMakeFile(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const filter = filterOfQuery(new URLSearchParams(typed['query'] ?? ''))
  const [locale, chosen] = [await localeHere(), await zoneHere()]
  const zone = filter.zone || (chosen ?? 'UTC')
  const { sort, ...asked } = deskFilterOf(filter, new Date(), zone)
  const query = writeFilter(filter).toString()
  const format = typed['format'] === 'xlsx' ? 'xlsx' : 'csv'
  const order = { filter: asked, sort, columns: filter.columns, format, locale, query, zone } as const
  const result = await act(({ deps, actor }) => askForFile(deps, actor, order))
  if (!result.ok) return sentBack(result, typed)
  redirect('/desk/payouts/files')
}

// What a browser can call; each checks its arguments first.
export const keepView = formAction(runKeep)
export const renameKeptView = formAction(runRename)
export const removeKeptView = formAction(runRemove)
export const makeFile = formAction(runMakeFile)
