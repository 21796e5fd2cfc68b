'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import type { ToldRefusal } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { confirmSettlement } from '#lib/services/confirm-settlement.ts'
import { proposeSettlement } from '#lib/services/propose-settlement.ts'
import { withdrawSettlement } from '#lib/services/withdraw-settlement.ts'

const versionOf = (text: string | undefined) => (/^\d{1,9}$/.test(text ?? '') ? Number(text) : -1)

export type ProposeState = {
  refused: string | null
  problems: Partial<Record<'outcome' | 'reason' | 'evidence', string>>
  typed: { outcome: string; reason: string; evidence: string }
}

/** The inputs carry the payout's id in their names: the page has one form for each payout. */
async function runPropose(_before: ProposeState, form: FormData): Promise<ProposeState> {
  const texts = readTexts(form)
  const { id = '', version } = texts
  const typed = {
    outcome: texts[`outcome-${id}`] ?? '',
    reason: texts[`reason-${id}`] ?? '',
    evidence: texts[`evidence-${id}`] ?? '',
  }
  const result = await act(({ deps, actor }) =>
    proposeSettlement(deps, actor, {
      id,
      version: versionOf(version),
      ...typed,
      code: texts[`code-${id}`] ?? '',
    }),
  )
  if (!result.ok) return { ...told(result), typed }
  revalidatePath('/desk', 'layout')
  return { refused: null, problems: {}, typed: { outcome: '', reason: '', evidence: '' } }
}

function told({ text, errors = [] }: ToldRefusal): Omit<ProposeState, 'typed'> {
  const problems = Object.fromEntries(errors.map(({ path, message }) => [path, message]))
  return { refused: errors.length > 0 ? 'Please look at these again.' : text, problems }
}

async function runConfirm(_before: string | null, form: FormData): Promise<string | null> {
  const texts = readTexts(form)
  const { id = '', settlementId = '', version } = texts
  const code = texts[`code-${id}`] ?? ''
  const result = await act(({ deps, actor }) =>
    confirmSettlement(deps, actor, { id, settlementId, version: versionOf(version), code }),
  )
  if (!result.ok) return result.text
  redirect(`/desk/payouts/${result.payout.id}`)
}

async function runWithdraw(_before: string | null, form: FormData): Promise<string | null> {
  const { id = '', settlementId = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => withdrawSettlement(deps, actor, { id, settlementId }))
  if (!result.ok) return result.text
  revalidatePath('/desk', 'layout')
  return null
}

// What a browser can call, each with its arguments looked at first.
export const propose = formAction(runPropose)
export const confirm = formAction(runConfirm)
export const withdraw = formAction(runWithdraw)
