'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { getDeps } from '#app/_server/deps.ts'
import { brandTexts } from '#lib/payouts/brand.ts'
import type { BrandInput } from '#lib/payouts/brand.ts'
import { logoMaxBytes } from '#lib/payouts/logo.ts'
import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { policyDecisions } from '#lib/services/policy/decide-policy.ts'
import { decideSettings } from '#lib/services/policy/decide-settings.ts'
import { proposeSettings } from '#lib/services/policy/propose-settings.ts'
import { settingNames } from '#lib/payouts/setting-names.ts'

const page = '/desk/settings'

const inputOf = (path: string) => path.replace(/^sendDelaysS\./, 'delay-')

async function runPropose(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const currencies = await currenciesPaid(await getDeps())
  const named = settingNames.flatMap((name) => (name in texts ? [[name, texts[name] ?? '']] : []))
  const delays = currencies.flatMap((one) => {
    const given = texts[`delay-${one}`]
    return given === undefined ? [] : [[one, given]]
  })
  const settings = {
    sendDelayS: texts['sendDelayS'] ?? '',
    sendDelaysS: Object.fromEntries(delays) as Record<string, string>,
    ...(Object.fromEntries(named) as Partial<Record<(typeof settingNames)[number], string>>),
  }
  const { reason = '', code = '' } = texts
  const result = await act(({ deps, actor }) => proposeSettings(deps, actor, { settings, reason, code }))
  if (!result.ok) return sentBack(result, texts, { inputOf })
  revalidatePath(page)
  redirect(page)
}

/** The words of one code, or that it has none of the merchant's any more. */
async function runProposeWords(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { errorCode = '', reason = '', code = '', remove = '' } = texts
  const of = (locale: 'en' | 'ru') => ({
    receiver: texts[`${locale}-receiver`] ?? '',
    todo: texts[`${locale}-todo`] ?? '',
    staff: texts[`${locale}-staff`] ?? '',
  })
  const words = remove === 'yes' ? null : { en: of('en'), ru: of('ru') }
  const result = await act(({ deps, actor }) =>
    proposeSettings(deps, actor, { errorCode: { code: errorCode, words }, reason, code }),
  )
  if (!result.ok) return sentBack(result, texts)
  revalidatePath(page)
  redirect(page)
}

/** A browser sends an empty file where none was chosen. */
async function givenLogo(form: FormData, remove: boolean) {
  const file = form.get('logo')
  if (!(file instanceof File) || file.size === 0) return remove ? { logo: null } : {}
  // More than may be is not even read.
  return { logo: new Uint8Array(await file.slice(0, logoMaxBytes + 1).arrayBuffer()) }
}

async function runProposeBrand(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { reason = '', code = '', remove = '' } = texts
  const typed = Object.fromEntries(brandTexts.map((name) => [name, texts[name] ?? ''])) as BrandInput
  const brand = { ...typed, ...(await givenLogo(form, remove === 'yes')) }
  const result = await act(({ deps, actor }) => proposeSettings(deps, actor, { brand, reason, code }))
  if (!result.ok) return sentBack(result, texts)
  revalidatePath(page)
  redirect(page)
}

/** Confirm or reject, by another administrator; withdraw, by the one who proposed it. */
async function runDecide(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { version = '', code = '', decision: asked } = texts
  const decision = policyDecisions.find((one) => one === asked)
  if (!decision || !/^\d{1,9}$/.test(version)) {
    const t = await getTranslations('settings.proposal')
    return sentBack({ text: t('choose') }, texts)
  }
  const result = await act(({ deps, actor }) =>
    decideSettings(deps, actor, { version: Number(version), decision, code }),
  )
  if (!result.ok) return sentBack(result, texts)
  revalidatePath(page)
  redirect(page)
}

// What a browser can call; each checks its arguments first.
export const propose = formAction(runPropose)
export const proposeWords = formAction(runProposeWords)
export const proposeBrand = formAction(runProposeBrand)
export const decideChange = formAction(runDecide)
