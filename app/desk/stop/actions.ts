'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form-state.ts'
import type { FormState } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import type { RefusalCode } from '#lib/payouts/refusals.ts'
import { releaseSending } from '#lib/services/release-sending.ts'
import { stopSending } from '#lib/services/stop-sending.ts'

/** What a general refusal means here. */
const words: Partial<Record<RefusalCode, string>> = { reason_required: 'Write why.' }

export async function stop(_before: FormState, form: FormData): Promise<FormState> {
  const { reason = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => stopSending(deps, actor, { reason }))
  if (!result.ok) return sentBack({ ...result, text: words[result.code] ?? result.text }, { reason })
  redirect('/desk/stop')
}

export async function release(_before: FormState, form: FormData): Promise<FormState> {
  const { reason = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => releaseSending(deps, actor, { reason }))
  if (!result.ok) return sentBack({ ...result, text: words[result.code] ?? result.text }, { reason })
  redirect('/desk/stop')
}
