'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { pageOf } from '#lib/services/people/access-proposals.ts'
import { accessDecisions, decideAccess } from '#lib/services/people/decide-access.ts'
import { wordsFor } from '#lib/words/words.ts'

/** Confirm or decline, by another admin; withdraw, by the one who proposed it. */
async function runDecideProposal(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', decision: asked } = texts
  // A page may have several proposals, each with an input of its own.
  const inputOf = (path: string) => `${path}-${id}`
  const code = texts[inputOf('code')] ?? ''
  const decision = accessDecisions.find((one) => one === asked)
  if (!decision) return sentBack({ text: wordsFor(await localeHere(), 'access')('choose') }, texts)
  const result = await act(({ deps, actor }) => decideAccess(deps, actor, { id, decision, code }))
  if (!result.ok) return sentBack(result, texts, { inputOf })
  const page = pageOf(result.change)
  revalidatePath(page)
  redirect(`${page}?done=${decision}`)
}

// What a browser can call; each checks its arguments first.
export const decideProposal = formAction(runDecideProposal)
