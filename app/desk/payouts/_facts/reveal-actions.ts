'use server'
import { revalidatePath } from 'next/cache'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { soleFormAction } from '#app/_server/form-action.ts'
import { revealDestination } from '#lib/services/destination/reveal-destination.ts'
import type { RevealedField } from '#lib/services/destination/reveal-destination.ts'

/** The answer to one press; it gets into no address and no cache. */
async function runReveal(form: FormData): Promise<FormState<RevealedField[] | null>> {
  const { id = '', revealCode = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => revealDestination(deps, actor, { id, code: revealCode }))
  if (!result.ok) return sentBack(result, {})
  // The timeline has a new row.
  revalidatePath('/desk/payouts/[id]', 'page')
  return { ...untouched, answer: result.fields }
}

// What a browser can call; each checks its arguments first.
export const reveal = soleFormAction(runReveal)
