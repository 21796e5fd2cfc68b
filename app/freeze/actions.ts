'use server'
import { revalidatePath } from 'next/cache'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { freezeByLink } from '#lib/services/destination/freeze-destination.ts'

/** Only the link counts, signed in or not. */
async function runFreeze(_before: FormState, form: FormData): Promise<FormState> {
  const { token = '' } = readTexts(form)
  const result = await act(({ deps }) => freezeByLink(deps, { kind: 'stranger' }, { token }), {
    stranger: true,
  })
  if (!result.ok) return sentBack(result, {})
  revalidatePath('/freeze/[token]', 'page')
  return untouched
}

// What a browser can call; it checks its arguments first.
export const freeze = formAction(runFreeze)
