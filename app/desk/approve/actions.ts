'use server'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { wordsFor } from '#lib/words/words.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { approveMany } from '#lib/services/approval/approve-many.ts'
import { undoMany } from '#lib/services/approval/undo-many.ts'
import { readSeen, toDone } from './done.ts'
import type { Done } from './done.ts'

async function runApproveSet(
  _before: FormState<Done | null>,
  form: FormData,
): Promise<FormState<Done | null>> {
  const { seen = '', setHash = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) =>
    approveMany(deps, actor, { seen: readSeen(seen), setHash, code }),
  )
  return result.ok ? { ...untouched, answer: toDone(await localeHere(), result) } : sentBack(result, { code })
}

/** Which approvals were taken back, and why the others were not. */
type Undone = { undone: readonly string[]; left: readonly { id: string; why: string }[] }

async function runUndoSet(
  _before: FormState<Undone | null>,
  form: FormData,
): Promise<FormState<Undone | null>> {
  const ids = form.getAll('undo').filter((id) => typeof id === 'string')
  const result = await act(({ deps, actor }) => undoMany(deps, actor, { ids }))
  if (!result.ok) return sentBack(result, {})
  const locale = await localeHere()
  const left = result.left.map((one) => ({
    id: one.id,
    why:
      one.code === 'payout_already_sent'
        ? wordsFor(locale, 'approve')('done.tooLate')
        : refusalText(locale, one),
  }))
  return { ...untouched, answer: { undone: result.undone, left } }
}

// What a browser can call; each checks its arguments first.
export const approveSet = formAction(runApproveSet)
export const undoSet = formAction(runUndoSet)
