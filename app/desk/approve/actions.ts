'use server'
import { readTexts, sentBack } from '#app/_ui/form-state.ts'
import type { FormState } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { approveMany } from '#lib/services/approval/approve-many.ts'
import { undoMany } from '#lib/services/approval/undo-many.ts'
import { readSeen, toDone, whyOf } from './done.ts'
import type { Done } from './done.ts'

export type ApproveManyState = { refused: FormState | null; done: Done | null }

async function runApproveSet(_before: ApproveManyState, form: FormData): Promise<ApproveManyState> {
  const { seen = '', setHash = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) =>
    approveMany(deps, actor, { seen: readSeen(seen), setHash, code }),
  )
  if (result.ok) return { refused: null, done: toDone(result) }
  return { refused: sentBack(result, { code }), done: null }
}

export type UndoManyState = { refused: string | null; undone: string[]; left: { id: string; why: string }[] }

async function runUndoSet(_before: UndoManyState, form: FormData): Promise<UndoManyState> {
  const ids = form.getAll('undo').filter((id) => typeof id === 'string')
  const result = await act(({ deps, actor }) => undoMany(deps, actor, { ids }))
  if (!result.ok) return { refused: result.text, undone: [], left: [] }
  const left = result.left.map((one) => ({
    id: one.id,
    why: one.code === 'payout_already_sent' ? 'Too late: the payment was just sent.' : whyOf(one),
  }))
  return { refused: null, undone: result.undone, left }
}

// What a browser can call, each with its arguments looked at first.
export const approveSet = formAction(runApproveSet)
export const undoSet = formAction(runUndoSet)
