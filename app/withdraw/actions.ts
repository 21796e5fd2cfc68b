'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { formAction, soleFormAction } from '#app/_server/form-action.ts'
import { findWithdrawal } from '#lib/services/payout/find-withdrawal.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { showPayout } from '#lib/services/payout/show-payout.ts'

async function runWithdraw(_before: FormState, form: FormData): Promise<FormState> {
  const typed = readTexts(form)
  const { formId = '', amount = '', currency = '', savedId = '', ...destination } = typed
  const locale = await localeHere()
  const result = await act(({ deps, actor, ip }) =>
    requestWithdrawal(deps, actor, { formId, amount, currency, savedId, destination, locale, ipAddress: ip }),
  )
  if (result.ok) redirect(result.statusPath ?? '/withdrawals')
  const first = result.payoutId === undefined ? null : await pathOfFirst(result.payoutId)
  return { ...sentBack(result, typed), first }
}

/** The page of the payout that the same form led to before. */
async function pathOfFirst(id: string): Promise<string> {
  const first = await act(({ deps, actor }) => showPayout(deps, actor, id))
  return first.ok && first.payout.statusUrl !== null
    ? new URL(first.payout.statusUrl).pathname
    : '/withdrawals'
}

/** Where the payout of a form can be seen; null if there is none. */
async function runWhatBecame(form: FormData): Promise<string | null> {
  const { formId = '' } = readTexts(form)
  const found = await act(({ deps, actor }) => findWithdrawal(deps, actor, { formId }))
  return found.ok ? (found.statusPath ?? '/withdrawals') : null
}

// What a browser can call; each checks its arguments first.
export const withdraw = formAction(runWithdraw)
export const whatBecame = soleFormAction(runWhatBecame)
