'use server'
import { revalidatePath } from 'next/cache'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { closeItem } from '#lib/services/close-item.ts'
import type { RefusalCode } from '#lib/payouts/refusals.ts'

export type CloseState = { message: string | null; typed: string }

/** What two general refusals mean for an open item. */
const words: Partial<Record<RefusalCode, string>> = {
  reason_required: 'Write how it was settled.',
  wrong_status: 'This closes by itself when its cause is gone. Until then somebody must be able to see it.',
}

export async function close(_before: CloseState, form: FormData): Promise<CloseState> {
  const texts = readTexts(form)
  const { id = '' } = texts
  const reason = texts[`settled-${id}`] ?? ''
  const result = await act(({ deps, actor }) => closeItem(deps, actor, { id, reason }))
  if (!result.ok) return { message: words[result.code] ?? result.text, typed: reason }
  revalidatePath('/desk')
  return { message: null, typed: '' }
}
