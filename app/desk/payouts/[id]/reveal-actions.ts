'use server'
import { revalidatePath } from 'next/cache'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { soleFormAction } from '#app/_server/form-action.ts'
import { revealDestination } from '#lib/services/destination/reveal-destination.ts'
import type { RevealedField } from '#lib/services/destination/reveal-destination.ts'

export type Revealed = { fields: RevealedField[] } | { refused: string }

/** The answer of this one press; nothing of it stands in an address or a cache. */
async function runReveal(form: FormData): Promise<Revealed> {
  const { id = '', revealCode = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => revealDestination(deps, actor, { id, code: revealCode }))
  if (!result.ok) return { refused: result.text }
  // The timeline beneath has a row more.
  revalidatePath('/desk/payouts/[id]', 'page')
  return { fields: result.fields }
}

// What a browser can call, each with its arguments looked at first.
export const reveal = soleFormAction(runReveal)
