'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { importKinds } from '#lib/payouts/import-problems.ts'
import { checkImport } from '#lib/services/moving/check-import.ts'
import { decideImport } from '#lib/services/moving/decide-import.ts'
import { importFileMaxBytes } from '#lib/services/moving/read-import.ts'
import { policyDecisions } from '#lib/services/policy/decide-policy.ts'
import { importProblemText } from '#lib/words/import-problem-text.ts'
import { wordsFor } from '#lib/words/words.ts'

/** Why a file can't be read as a whole, with the line where that is known. */
export type Unread = { line: number; message: string }[]

async function runPropose(
  _before: FormState<Unread | null>,
  form: FormData,
): Promise<FormState<Unread | null>> {
  const [file, locale, texts] = [form.get('file'), await localeHere(), readTexts(form)]
  const t = wordsFor(locale, 'moving')
  const kind = importKinds.find((one) => one === texts['kind'])
  if (!kind) return sentBack({ text: t('new.chooseKind') }, texts)
  if (!(file instanceof File) || file.size === 0) return sentBack({ text: t('new.choose') }, texts)
  // More than may be is not even read.
  const bytes = new Uint8Array(await file.slice(0, importFileMaxBytes + 1).arrayBuffer())
  const { source = '', code = '', atOnce } = texts
  const request = { kind, name: file.name, bytes, source, code, atOnce: atOnce === 'yes' }
  const result = await act(({ deps, actor }) => checkImport(deps, actor, request))
  if (!result.ok) return sentBack(result, texts)
  if (result.imported) redirect(`/desk/moving/${result.imported.id}`)
  const answer = result.problems
    .slice(0, 200)
    .map(({ line, ...problem }) => ({ line, message: importProblemText(locale, problem) }))
  return { ...untouched, values: sentBack({ text: '' }, texts).values, answer }
}

/** Confirm or reject, by another administrator; withdraw, by the one who proposed it. */
async function runDecide(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', code = '', decision: asked } = texts
  const decision = policyDecisions.find((one) => one === asked)
  if (!decision) return sentBack({ text: wordsFor(await localeHere(), 'moving')('decide.choose') }, texts)
  const result = await act(({ deps, actor }) => decideImport(deps, actor, { id, decision, code }))
  if (!result.ok) return sentBack(result, texts)
  redirect(`/desk/moving/${result.imported.id}`)
}

// What a browser can call; each checks its arguments first.
export const propose = formAction(runPropose)
export const decide = formAction(runDecide)
