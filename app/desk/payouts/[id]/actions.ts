'use server'
import { redirect } from 'next/navigation'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { approvePayout } from '#lib/services/approve-payout.ts'
import { askAnew } from '#lib/services/ask-anew.ts'
import { undoApproval } from '#lib/services/undo-approval.ts'
import { rejectReason } from '#lib/payouts/reject-reasons.ts'
import { rejectPayout } from '#lib/services/reject-payout.ts'

/** Which payout, and the version the person looked at; anything but a plain number is no version that ever was. */
function seenOf({ id = '', version = '' }: Record<string, string>) {
  return { id, version: /^\d{1,9}$/.test(version) ? Number(version) : -1 }
}

export type ApproveState = { refused: string | null; note: string }

async function runApprove(_before: ApproveState, form: FormData): Promise<ApproveState> {
  const { id = '', contentHash = '', code = '', note = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => approvePayout(deps, actor, { id, contentHash, code, note }))
  if (!result.ok) return { refused: result.errors?.[0]?.message ?? result.text, note }
  redirect(`/desk/payouts/${result.payout.id}?done=approved`)
}

/** Null when it went well: the page itself says so. */
async function runUndo(_before: string | null, form: FormData): Promise<string | null> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => undoApproval(deps, actor, { id }))
  if (result.ok) redirect(`/desk/payouts/${result.payout.id}?done=undone`)
  return result.code === 'payout_already_sent' ? 'Too late: the payment was just sent.' : result.text
}

export type RejectState = { refused: string | null; template: string; reason: string }

async function runReject(_before: RejectState, form: FormData): Promise<RejectState> {
  const texts = readTexts(form)
  const { template = '', reason: written = '' } = texts
  const reason = rejectReason(template, written)
  const result = await act(({ deps, actor }) => rejectPayout(deps, actor, { ...seenOf(texts), reason }))
  if (!result.ok) return { refused: result.errors?.[0]?.message ?? result.text, template, reason: written }
  redirect(`/desk/payouts/${result.payout.id}?done=rejected`)
}

/** Leads to the new payout, also when it was asked for before. */
async function runAnew(_before: string | null, form: FormData): Promise<string | null> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => askAnew(deps, actor, { id }))
  if (result.ok) redirect(`/desk/payouts/${result.payoutId}`)
  return result.errors?.[0]?.message ?? result.text
}

// What a browser can call, each with its arguments looked at first.
export const approve = formAction(runApprove)
export const undo = formAction(runUndo)
export const reject = formAction(runReject)
export const anew = formAction(runAnew)
