'use server'
import { redirect } from 'next/navigation'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import type { RefusalCode } from '#lib/payouts/refusals.ts'
import { releaseSending } from '#lib/services/release-sending.ts'
import { stopSending } from '#lib/services/stop-sending.ts'
import { stepUpCodes } from '../rules/state.ts'

export type StopState = { message: string | null; typed: string; codeProblem?: string }

/** What a general refusal means here. */
const words: Partial<Record<RefusalCode, string>> = { reason_required: 'Write why.' }

export async function stop(_before: StopState, form: FormData): Promise<StopState> {
  const { reason = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => stopSending(deps, actor, { reason }))
  if (!result.ok) return { message: words[result.code] ?? result.text, typed: reason }
  redirect('/desk/stop')
}

export async function release(_before: StopState, form: FormData): Promise<StopState> {
  const { reason = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => releaseSending(deps, actor, { reason, code }))
  if (!result.ok)
    return stepUpCodes.includes(result.code)
      ? { message: null, codeProblem: result.text, typed: reason }
      : { message: words[result.code] ?? result.text, typed: reason }
  redirect('/desk/stop')
}
