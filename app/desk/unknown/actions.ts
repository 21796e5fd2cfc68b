'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { confirmSettlement } from '#lib/services/settlement/confirm-settlement.ts'
import { proposeSettlement } from '#lib/services/settlement/propose-settlement.ts'
import { withdrawSettlement } from '#lib/services/settlement/withdraw-settlement.ts'

const versionOf = (text: string | undefined) => (/^\d{1,9}$/.test(text ?? '') ? Number(text) : -1)

/** The inputs carry the payout's id in their names: the page has one form for each payout. */
async function runPropose(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', version } = texts
  const typed = (name: string) => texts[`${name}-${id}`] ?? ''
  const result = await act(({ deps, actor }) =>
    proposeSettlement(deps, actor, {
      id,
      version: versionOf(version),
      outcome: typed('outcome'),
      reason: typed('reason'),
      evidence: typed('evidence'),
      code: typed('code'),
    }),
  )
  if (!result.ok) return sentBack(result, texts, { inputOf: (path) => `${path}-${id}` })
  revalidatePath('/desk', 'layout')
  return untouched
}

async function runConfirm(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', settlementId = '', version } = texts
  const code = texts[`code-${id}`] ?? ''
  const result = await act(({ deps, actor }) =>
    confirmSettlement(deps, actor, { id, settlementId, version: versionOf(version), code }),
  )
  if (!result.ok) return sentBack(result, texts, { inputOf: (path) => `${path}-${id}` })
  redirect(`/desk/payouts/${result.payout.id}`)
}

async function runWithdraw(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '', settlementId = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => withdrawSettlement(deps, actor, { id, settlementId }))
  if (!result.ok) return sentBack(result, {})
  revalidatePath('/desk', 'layout')
  return untouched
}

// What a browser can call; each checks its arguments first.
export const propose = formAction(runPropose)
export const confirm = formAction(runConfirm)
export const withdraw = formAction(runWithdraw)
