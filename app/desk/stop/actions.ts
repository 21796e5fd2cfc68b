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

async function runStop(_before: FormState, form: FormData): Promise<FormState> {
  const { reason = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => stopSending(deps, actor, { reason }))
  if (!result.ok) return sentBack(result, { reason }, { words: await words() })
  redirect('/desk/stop')
}

async function runRelease(_before: FormState, form: FormData): Promise<FormState> {
  const { reason = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => releaseSending(deps, actor, { reason, code }))
  if (!result.ok) return sentBack(result, { reason, code }, { words: await words() })
  redirect('/desk/stop')
}

// What a browser can call; each checks its arguments first.
export const stop = formAction(runStop)
export const release = formAction(runRelease)
