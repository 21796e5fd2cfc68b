'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { proposeSettings } from '#lib/services/policy/propose-settings.ts'

async function runErase(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', reason = '', code = '' } = texts
  const result = await act(({ deps, actor }) => proposeSettings(deps, actor, { erase: id, reason, code }))
  if (!result.ok) return sentBack(result, texts)
  redirect(`/desk/receivers/${id}?done=erase`)
}

// What a browser can call; each checks its arguments first.
export const erase = formAction(runErase)
