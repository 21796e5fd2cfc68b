'use server'
import { revalidatePath } from 'next/cache'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { askNow } from '#lib/services/order/ask-now.ts'
import { closeItem } from '#lib/services/desk/close-item.ts'
import { dropItem } from '#lib/services/desk/drop-item.ts'
import { takeItem } from '#lib/services/desk/take-item.ts'
import { dropPayout, takePayout } from '#lib/services/desk/take-payout.ts'
import { wordsFor } from '#lib/words/words.ts'

async function runClose(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '' } = texts
  const reason = texts[`settled-${id}`] ?? ''
  const result = await act(({ deps, actor }) => closeItem(deps, actor, { id, reason }))
  if (!result.ok) {
    const t = wordsFor(await localeHere(), 'items')
    // What two general refusals mean for an open item.
    const words = { reason_required: t('enterHow'), wrong_status: t('closesItself') }
    return sentBack(result, texts, { words, inputOf: () => `settled-${id}` })
  }
  revalidatePath('/desk')
  return untouched
}

/** Answers with what pressing the button led to. */
async function runAsk(_before: FormState<string | null>, form: FormData): Promise<FormState<string | null>> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => askNow(deps, actor, { id }))
  if (!result.ok) return sentBack(result, {})
  revalidatePath('/desk', 'layout')
  const t = wordsFor(await localeHere(), 'desk')
  return { ...untouched, answer: result.asked ? t('ask.asked') : t('ask.askedJustNow') }
}

async function runTake(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '', seenOwnerId = '' } = readTexts(form)
  const seen = seenOwnerId === '' ? null : seenOwnerId
  const result = await act(({ deps, actor }) => takeItem(deps, actor, { id, seenOwnerId: seen }))
  if (!result.ok) return sentBack(result, {})
  revalidatePath('/desk', 'layout')
  return untouched
}

async function runDrop(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => dropItem(deps, actor, { id }))
  if (!result.ok) return sentBack(result, {})
  revalidatePath('/desk', 'layout')
  return untouched
}

async function runTakeApproval(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => takePayout(deps, actor, { id }))
  if (!result.ok) return sentBack(result, {})
  revalidatePath('/desk')
  return untouched
}

async function runDropApproval(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => dropPayout(deps, actor, { id }))
  if (!result.ok) return sentBack(result, {})
  revalidatePath('/desk')
  return untouched
}

// What a browser can call; each checks its arguments first.
export const close = formAction(runClose)
export const ask = formAction(runAsk)
export const take = formAction(runTake)
export const drop = formAction(runDrop)
export const takeApproval = formAction(runTakeApproval)
export const dropApproval = formAction(runDropApproval)
