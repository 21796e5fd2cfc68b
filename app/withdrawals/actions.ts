'use server'
import { revalidatePath } from 'next/cache'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'

/** Says nothing when it went well: the row itself does. */
async function runCancel(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => cancelPayout(deps, actor, { id }))
  revalidatePath('/withdrawals')
  return result.ok ? untouched : sentBack(result, {})
}

// What a browser can call; each checks its arguments first.
export const cancel = formAction(runCancel)
