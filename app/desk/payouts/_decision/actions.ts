'use server'
import { revalidatePath } from 'next/cache'
import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { afterDecision } from '#app/desk/payouts/_list/list-address.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { retryPayout } from '#lib/services/payout/retry-payout.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import { rejectReason } from '#lib/payouts/reject-reasons.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'

/** Which payout, and the version the person looked at; anything but a plain number is no version that ever was. */
function seenOf({ id = '', version = '' }: Record<string, string>) {
  return { id, version: /^\d{1,9}$/.test(version) ? Number(version) : -1 }
}

async function runApprove(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', contentHash = '', riskSeen = '', code = '', note = '' } = texts
  const result = await act(({ deps, actor }) =>
    approvePayout(deps, actor, { id, contentHash, riskSeen, code, note }),
  )
  if (result.ok) redirect(afterDecision(texts, result.payout.id, 'approved'))
  // What the person did not know is drawn for them; what they typed stays.
  if (result.code === 'risk_changed' || result.code === 'note_required')
    revalidatePath('/desk/payouts/[id]', 'page')
  return sentBack(result, texts)
}

async function runUndo(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => undoApproval(deps, actor, { id }))
  if (result.ok) redirect(`/desk/payouts/${result.payout.id}?done=undone`)
  const t = await getTranslations('decision')
  return sentBack(result, {}, { words: { payout_already_sent: t('tooLate') } })
}

async function runReject(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const t = await getTranslations('rejectReasons')
  const shown = {
    details: t('details.text'),
    duplicate: t('duplicate.text'),
    amount: t('amount.text'),
    document: t('document.text'),
  }
  const reason = rejectReason(texts['template'] ?? '', texts['reason'] ?? '', shown)
  const result = await act(({ deps, actor }) => rejectPayout(deps, actor, { ...seenOf(texts), reason }))
  if (!result.ok) return sentBack(result, texts)
  redirect(afterDecision(texts, result.payout.id, 'rejected'))
}

/** Leads to the new payout, also when it was asked for before. */
async function runRetry(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => retryPayout(deps, actor, { id }))
  if (result.ok) redirect(`/desk/payouts/${result.payoutId}`)
  // The form has no input that an error could be shown beside.
  const { code, text, errors } = result
  return sentBack({ code, text: errors?.[0]?.message ?? text }, {})
}

// What a browser can call; each checks its arguments first.
export const approve = formAction(runApprove)
export const undo = formAction(runUndo)
export const reject = formAction(runReject)
export const retry = formAction(runRetry)
