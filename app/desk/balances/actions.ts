'use server'
import { redirect } from 'next/navigation'
import { revalidatePath } from 'next/cache'
import { readTexts, sentBack } from '#app/_ui/form-state.ts'
import type { FormState } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { typedAmount } from '#lib/payouts/typed-amount.ts'
import { createGrant } from '#lib/services/create-grant.ts'
import { reverseGrant } from '#lib/services/reverse-grant.ts'

const codeRefusals = ['step_up_required', 'wrong_code', 'code_used', 'factor_not_set_up']

/** What was wrong with the code stands beside its field; a code counts once, so it is never kept. */
function sentBackWithoutCode(
  refusal: Parameters<typeof sentBack>[0] & { code: string },
  { code: _code, ...typed }: Record<string, string>,
  inputOf?: (path: string) => string,
): FormState {
  const errors = codeRefusals.includes(refusal.code) ? [{ path: 'code', message: refusal.text }] : []
  return sentBack({ ...refusal, errors: [...(refusal.errors ?? []), ...errors] }, typed, inputOf)
}

async function runGrant(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { externalId = '', amount = '', currency = '', reference = '', code = '' } = typed
  const body = { receiver: { externalId }, amount: typedAmount(amount), currency, reference }
  const result = await act(({ deps, actor }) => createGrant(deps, actor, { body, code }))
  if (!result.ok) return sentBackWithoutCode(result, typed, (path) => path.replace(/^receiver\./, ''))
  redirect(`/desk/balances/${result.grant.receiver.id}?granted=${result.replayed ? 'before' : 'now'}`)
}

async function runReverse(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { id = '', reason = '', code = '' } = typed
  const result = await act(({ deps, actor }) => reverseGrant(deps, actor, { id, reason, code }))
  if (!result.ok)
    return result.code === 'reason_required'
      ? { ...sentBackWithoutCode(result, typed), problems: { reason: 'Write why.' } }
      : sentBackWithoutCode(result, typed)
  revalidatePath('/desk/balances')
  return { message: null, problems: {}, values: {}, first: null }
}

// What a browser can call, each with its arguments looked at first.
export const grant = formAction(runGrant)
export const reverse = formAction(runReverse)
