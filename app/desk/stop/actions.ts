'use server'
import { redirect } from 'next/navigation'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import type { RefusalCode } from '#lib/payouts/refusals.ts'
import { releaseSending } from '#lib/services/release-sending.ts'
import { stopSending } from '#lib/services/stop-sending.ts'

export type StopState = { message: string | null; typed: string }

/** What a general refusal means here. */
const words: Partial<Record<RefusalCode, string>> = { reason_required: 'Write why.' }

async function runStop(_before: StopState, form: FormData): Promise<StopState> {
  const { reason = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => stopSending(deps, actor, { reason }))
  if (!result.ok) return { message: words[result.code] ?? result.text, typed: reason }
  redirect('/desk/stop')
}

async function runRelease(_before: StopState, form: FormData): Promise<StopState> {
  const { reason = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => releaseSending(deps, actor, { reason }))
  if (!result.ok) return { message: words[result.code] ?? result.text, typed: reason }
  redirect('/desk/stop')
}

// What a browser can call, each with its arguments looked at first.
export const stop = formAction(runStop)
export const release = formAction(runRelease)
