'use server'
import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { releaseSending } from '#lib/services/safety/release-sending.ts'
import { stopSending } from '#lib/services/safety/stop-sending.ts'

/** What a general refusal means here. */
async function words() {
  const t = await getTranslations('common.form')
  return { reason_required: t('enterReason') }
}

/** Null: all payments. What is no number is no endpoint that there is. */
const numberOf = (text: string): number | null =>
  text === '' ? null : /^\d{1,5}$/.test(text) ? Number(text) : 0

async function runStop(_before: FormState, form: FormData): Promise<FormState> {
  const { reason = '', endpoint = '' } = readTexts(form)
  const endpointId = numberOf(endpoint)
  const result = await act(({ deps, actor }) => stopSending(deps, actor, { reason, endpointId }))
  if (!result.ok) return sentBack(result, { reason }, { words: await words() })
  redirect(endpointId === null ? '/desk/stop' : `/desk/stop?endpoint=${endpointId}`)
}

async function runRelease(_before: FormState, form: FormData): Promise<FormState> {
  const { reason = '', code = '', endpoint = '' } = readTexts(form)
  const endpointId = numberOf(endpoint)
  const result = await act(({ deps, actor }) => releaseSending(deps, actor, { reason, code, endpointId }))
  if (!result.ok) return sentBack(result, { reason, code }, { words: await words() })
  redirect(endpointId === null ? '/desk/stop' : `/desk/stop?endpoint=${endpointId}`)
}

// What a browser can call; each checks its arguments first.
export const stop = formAction(runStop)
export const release = formAction(runRelease)
