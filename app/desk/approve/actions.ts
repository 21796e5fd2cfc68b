'use server'
import { readTexts, sentBack } from '#app/_ui/form-state.ts'
import type { FormState } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { approveMany } from '#lib/services/approve-many.ts'
import { readSeen, toDone } from './done.ts'
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

// What a browser can call, each with its arguments looked at first.
export const approveSet = formAction(runApproveSet)
