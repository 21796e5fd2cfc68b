'use server'
import { redirect } from 'next/navigation'
import { revalidatePath } from 'next/cache'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { typedAmount } from '#lib/payouts/typed-amount.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { reverseGrant } from '#lib/services/balance/reverse-grant.ts'
import { wordsFor } from '#lib/words/words.ts'

async function runGrant(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { externalId = '', amount = '', currency = '', reference = '', code = '' } = typed
  const body = { receiver: { externalId }, amount: typedAmount(amount), currency, reference }
  const result = await act(({ deps, actor }) => createGrant(deps, actor, { body, code }))
  if (!result.ok) return sentBack(result, typed, { inputOf: (path) => path.replace(/^receiver\./, '') })
  redirect(`/desk/balances/${result.grant.receiver.id}?granted=${result.replayed ? 'before' : 'now'}`)
}

async function runReverse(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { id = '' } = typed
  const [reason = '', code = ''] = [typed[`reason-${id}`], typed[`code-${id}`]]
  const result = await act(({ deps, actor }) => reverseGrant(deps, actor, { id, reason, code }))
  if (!result.ok)
    return sentBack(result, typed, {
      inputOf: (path) => `${path}-${id}`,
      words: { reason_required: wordsFor(await localeHere(), 'balances')('takeBack.enterReason') },
    })
  revalidatePath('/desk/balances')
  return untouched
}

// What a browser can call; each checks its arguments first.
export const grant = formAction(runGrant)
export const reverse = formAction(runReverse)
