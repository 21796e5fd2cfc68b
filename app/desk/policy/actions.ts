'use server'
import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { revalidatePath } from 'next/cache'
import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { getDeps } from '#app/_server/deps.ts'
import { decidePolicy, policyDecisions } from '#lib/services/policy/decide-policy.ts'
import { proposePolicy } from '#lib/services/policy/propose-policy.ts'
import { rehearsePolicy } from '#lib/services/policy/rehearse-policy.ts'
import { changeRows, draftFrom, inputOf, policyFrom } from './draft.ts'
import type { PolicyState } from './state.ts'

/** One form, several buttons: a row more or less, a rehearsal, or the proposal itself. What was typed always comes back. */
async function runChangePolicy(_before: PolicyState, form: FormData): Promise<PolicyState> {
  const { intent = 'rehearse', code = '', despite = '' } = readTexts(form)
  const draft = draftFrom(form, await currenciesPaid(await getDeps()))
  const rows = changeRows(draft, intent)
  if (rows) return { ...untouched, answer: { draft: rows.draft, tried: null, touched: rows.currency } }
  const policy = policyFrom(draft)
  const answer = { draft, tried: null, touched: null }
  if (intent !== 'propose') {
    const tried = await act(({ deps, actor }) => rehearsePolicy(deps, actor, { policy }))
    return tried.ok
      ? { ...untouched, answer: { ...answer, tried } }
      : { ...sentBack(tried, {}, { inputOf }), answer }
  }
  const { reason } = draft
  const result = await act(({ deps, actor }) =>
    proposePolicy(deps, actor, { policy, reason, code, despiteFewApprovers: despite === 'yes' }),
  )
  if (!result.ok) return { ...sentBack(result, { reason, code, despite }, { inputOf }), answer }
  revalidatePath('/desk/policy')
  redirect('/desk/policy')
}

/** Confirm or reject, by another administrator; withdraw, by the one who proposed it. */
async function runDecideChange(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { version = '', code = '', decision: asked } = texts
  const decision = policyDecisions.find((one) => one === asked)
  if (!decision || !/^\d{1,9}$/.test(version))
    return sentBack({ text: (await getTranslations('policy.proposal'))('choose') }, texts)
  const result = await act(({ deps, actor }) =>
    decidePolicy(deps, actor, { version: Number(version), decision, code }),
  )
  if (!result.ok) return sentBack(result, texts)
  revalidatePath('/desk/policy')
  redirect('/desk/policy')
}

// What a browser can call; each checks its arguments first.
export const changePolicy = formAction(runChangePolicy)
export const decideChange = formAction(runDecideChange)
