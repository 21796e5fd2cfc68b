'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { changeTarget, renewSecret, resendDelivery, targetActs } from '#lib/services/webhook/change-target.ts'
import { proposeTarget } from '#lib/services/webhook/propose-target.ts'
import { refuse } from '#lib/payouts/refusals.ts'

async function runPropose(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', name = '', kind = '', address = '', owner = '', code = '' } = texts
  const events = form.getAll('events').map(String)
  const result = await act(({ deps, actor }) =>
    proposeTarget(deps, actor, {
      ...(id !== '' && { id }),
      ...{ name, kind, address, events, ownerEmail: owner, code },
      ...{ pace: texts['pace'] ?? 'at_once', zone: texts['zone'] ?? 'UTC', locale: texts['locale'] ?? 'en' },
      ...{ quietFrom: texts['quietFrom'] ?? '', quietUntil: texts['quietUntil'] ?? '' },
    }),
  )
  if (!result.ok) return sentBack(result, { ...texts, events: events.join(' ') })
  redirect('/desk/webhooks?done=proposed')
}

/** Answered with the secret, which the page shows this once. */
type SecretState = FormState<{ secret: string } | null>

async function runSecret(_before: SecretState, form: FormData): Promise<SecretState> {
  const texts = readTexts(form)
  const { id = '', code = '' } = texts
  const result = await act(({ deps, actor }) => renewSecret(deps, actor, { id, code }))
  if (!result.ok) return sentBack(result, texts)
  return { ...untouched, answer: { secret: result.secret } }
}

async function runChange(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', eventId = '' } = texts
  const asked = targetActs.find((one) => one === texts['act'])
  const result = await act(({ deps, actor }) => {
    if (asked) return changeTarget(deps, actor, { id, act: asked })
    return texts['act'] === 'resend'
      ? resendDelivery(deps, actor, { id, eventId })
      : Promise.resolve(refuse('not_found'))
  })
  if (!result.ok) return sentBack(result, texts)
  redirect(
    asked === 'remove' ? '/desk/webhooks?done=remove' : `/desk/webhooks/${id}?done=${asked ?? 'resend'}`,
  )
}

// What a browser can call; each checks its arguments first.
export const propose = formAction(runPropose)
export const makeSecret = formAction(runSecret)
export const change = formAction(runChange)
