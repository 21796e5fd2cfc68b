'use server'
import { revalidatePath } from 'next/cache'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'

/** Null when it went well: the row itself says so. */
async function runCancel(_before: string | null, form: FormData): Promise<string | null> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => cancelPayout(deps, actor, { id }))
  revalidatePath('/withdrawals')
  return result.ok ? null : result.text
}

// What a browser can call, each with its arguments looked at first.
export const cancel = formAction(runCancel)
