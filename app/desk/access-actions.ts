'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { accessDecisions, decideAccess } from '#lib/services/decide-access.ts'
import { stepUpCodes } from './rules/state.ts'

export type DecideAccessState = { refused: string | null; codeProblem: string | null }

/** Confirm or decline, by another admin; withdraw, by whoever proposed it. */
export async function decideProposal(_before: DecideAccessState, form: FormData): Promise<DecideAccessState> {
  const texts = readTexts(form)
  const { id = '', decision: asked } = texts
  // Several proposals may stand on one page, each with an input of its own.
  const code = texts[`code-${id}`] ?? ''
  const decision = accessDecisions.find((one) => one === asked)
  if (!decision) return { refused: 'Choose what to do.', codeProblem: null }
  const result = await act(({ deps, actor }) => decideAccess(deps, actor, { id, decision, code }))
  if (!result.ok)
    return stepUpCodes.includes(result.code)
      ? { refused: null, codeProblem: result.text }
      : { refused: result.text, codeProblem: null }
  const page = result.change.act.kind === 'key' ? '/desk/keys' : '/desk/users'
  revalidatePath(page)
  redirect(`${page}?done=${decision}`)
}
