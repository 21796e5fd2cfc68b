'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { choosePhrase } from '#lib/services/people/choose-phrase.ts'

async function runSavePhrase(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const result = await act(({ deps, actor }) => choosePhrase(deps, actor, { phrase: texts['phrase'] ?? '' }))
  if (!result.ok) return sentBack(result, texts)
  redirect('/account?done=phrase')
}

// What a browser can call.
export const savePhrase = formAction(runSavePhrase)
