'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { confirmBackup } from '#lib/services/desk/confirm-backup.ts'
import { sendTestMail } from '#lib/services/desk/send-test-mail.ts'

const page = '/desk/settings/first-run'

async function runSendTest(): Promise<FormState> {
  const result = await act(({ deps, actor }) => sendTestMail(deps, actor))
  if (!result.ok) return sentBack(result, {})
  redirect(`${page}#mail`)
}

async function runConfirmBackup(_before: FormState, form: FormData): Promise<FormState> {
  const { tried } = readTexts(form)
  const result = await act(({ deps, actor }) => confirmBackup(deps, actor, { tried: tried === 'yes' }))
  if (!result.ok) return sentBack(result, {})
  redirect(`${page}#backup`)
}

// What a browser can call; each checks its arguments first.
export const sendTest = formAction(runSendTest)
export const backup = formAction(runConfirmBackup)
