'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { problemsByInput, readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import type { ToldRefusal } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { getDeps } from '#app/_server/deps.ts'
import { decidePolicy, policyDecisions } from '#lib/services/decide-policy.ts'
import { proposePolicy } from '#lib/services/propose-policy.ts'
import { rehearsePolicy } from '#lib/services/rehearse-policy.ts'
import { changeRows, draftFrom, inputOf, policyFrom } from './draft.ts'
import { stepUpCodes } from './state.ts'
import type { RulesState } from './state.ts'

/** One form, several buttons: a row more or less, a rehearsal, or the proposal itself. What was typed always comes back. */
async function runChangeRules(_before: RulesState, form: FormData): Promise<RulesState> {
  const { intent = 'rehearse', code = '', despite } = readTexts(form)
  const draft = draftFrom(form, (await getDeps()).config.currencies)
  const rows = changeRows(draft, intent)
  if (rows) return { ...still(rows.draft), touched: rows.currency }
  const policy = policyFrom(draft)
  if (intent !== 'propose') {
    const tried = await act(({ deps, actor }) => rehearsePolicy(deps, actor, { policy }))
    return tried.ok ? { ...still(draft), tried } : { ...still(draft), ...told(tried) }
  }
  const { reason } = draft
  const result = await act(({ deps, actor }) =>
    proposePolicy(deps, actor, { policy, reason, code, despiteFewApprovers: despite === 'yes' }),
  )
  if (!result.ok)
    return {
      ...still(draft),
      ...told(result),
      askDespite: result.code === 'too_few_approvers' || despite === 'yes',
    }
  revalidatePath('/desk/rules')
  redirect('/desk/rules')
}

const still = (draft: RulesState['draft']): RulesState => ({
  draft,
  message: null,
  problems: {},
  tried: null,
  askDespite: false,
  touched: null,
})

function told({ code, text, errors = [] }: ToldRefusal): Pick<RulesState, 'message' | 'problems'> {
  if (stepUpCodes.includes(code)) return { message: 'Please look at these again.', problems: { code: text } }
  const problems = problemsByInput(errors, inputOf)
  return { message: errors.length > 0 ? 'Please look at these again.' : text, problems }
}

export type DecideState = { refused: string | null; codeProblem: string | null }

/** Confirm or reject, by another administrator; withdraw, by whoever proposed it. */
async function runDecideRules(_before: DecideState, form: FormData): Promise<DecideState> {
  const { version = '', code = '', decision: asked } = readTexts(form)
  const decision = policyDecisions.find((one) => one === asked)
  if (!decision || !/^\d{1,9}$/.test(version)) return { refused: 'Choose what to do.', codeProblem: null }
  const result = await act(({ deps, actor }) =>
    decidePolicy(deps, actor, { version: Number(version), decision, code }),
  )
  if (!result.ok)
    return stepUpCodes.includes(result.code)
      ? { refused: null, codeProblem: result.text }
      : { refused: result.text, codeProblem: null }
  revalidatePath('/desk/rules')
  redirect('/desk/rules')
}

// What a browser can call, each with its arguments looked at first.
export const changeRules = formAction(runChangeRules)
export const decideRules = formAction(runDecideRules)
