'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { changeReceiver } from '#lib/services/payout/change-receiver.ts'

async function runChange(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', email = '', firstName = '', lastName = '', reason = '', code = '' } = texts
  const seen = {
    email: texts['seen-email'] ?? '',
    firstName: texts['seen-firstName'] ?? '',
    lastName: texts['seen-lastName'] ?? '',
  }
  const result = await act(({ deps, actor }) =>
    changeReceiver(deps, actor, { id, seen, to: { email, firstName, lastName }, reason, code }),
  )
  if (!result.ok) return sentBack(result, texts)
  redirect(`/desk/receivers/${id}?done=changed`)
}

// What a browser can call; each checks its arguments first.
export const change = formAction(runChange)
