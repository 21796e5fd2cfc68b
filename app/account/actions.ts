'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { attemptHere, forgetAttempt, keepAttempt, renewSession } from '#app/sign-in/enter.ts'
import { changePassword } from '#lib/services/sign-in/change-password.ts'
import { endOtherSessions, endOwnSession } from '#lib/services/sign-in/end-sessions.ts'
import { beginFactor, renewRecoveryCodes, replaceFactor } from '#lib/services/sign-in/replace-factor.ts'
import { sessionHere } from '#app/_server/session-here.ts'

async function runEndOne(_before: FormState, form: FormData): Promise<FormState> {
  const { sessionId = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => endOwnSession(deps, actor, { sessionId }))
  // If it is over already, that is what the person wanted.
  if (!result.ok && result.code !== 'not_found') return sentBack(result, {})
  revalidatePath('/account')
  return untouched
}

async function runEndOthers(): Promise<FormState> {
  const token = await sessionHere()
  const result = await act(({ deps, actor }) => endOtherSessions(deps, actor, { token }))
  if (!result.ok) return sentBack(result, {})
  redirect('/account?done=sessions')
}

// Passwords are taken as typed, blanks and all.
const word = z.string().max(2000).catch('')
const Passwords = z.object({ present: word, password: word, code: word })

async function runSetOwnPassword(_before: FormState, form: FormData): Promise<FormState> {
  const typed = Passwords.parse(Object.fromEntries(form))
  const token = await sessionHere()
  const result = await act(async ({ deps, actor }) => {
    const changed = await changePassword(deps, actor, { token, ...typed })
    if (changed.ok) await renewSession(actor, token)
    return changed
  })
  if (result.ok) redirect('/account?done=password')
  // What the form does not ask this person for is not missing.
  const asked = Object.fromEntries(Object.entries(typed).filter(([name]) => form.has(name)))
  return sentBack(result, asked)
}

async function runBeginReplacing(_before: FormState, form: FormData): Promise<FormState> {
  const { code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => beginFactor(deps, actor, { code }))
  if (!result.ok) return sentBack(result, { code })
  await keepAttempt(result.attempt)
  redirect('/account/factor')
}

/** Answered with the new recovery codes, which the page shows this once. */
type NewCodes = FormState<string[] | null>

async function runFinishReplacing(_before: NewCodes, form: FormData): Promise<NewCodes> {
  const { code = '' } = readTexts(form)
  const [attempt, token] = [await attemptHere(), await sessionHere()]
  const result = await act(async ({ deps, actor }) => {
    const replaced = await replaceFactor(deps, actor, { attempt, token, code })
    if (replaced.ok) await renewSession(actor, token)
    return replaced
  })
  if (!result.ok) return sentBack(result, { code })
  await forgetAttempt()
  return { ...untouched, answer: result.recoveryCodes }
}

async function runRenewCodes(_before: NewCodes, form: FormData): Promise<NewCodes> {
  const { code = '' } = readTexts(form)
  const token = await sessionHere()
  const result = await act(async ({ deps, actor }) => {
    const renewed = await renewRecoveryCodes(deps, actor, { code })
    if (renewed.ok) await renewSession(actor, token)
    return renewed
  })
  if (!result.ok) return sentBack(result, { code })
  return { ...untouched, answer: result.recoveryCodes }
}

// What a browser can call; each checks its arguments first.
export const endOne = formAction(runEndOne)
export const endOthers = formAction(runEndOthers)
export const setOwnPassword = formAction(runSetOwnPassword)
export const beginReplacing = formAction(runBeginReplacing)
export const finishReplacing = formAction(runFinishReplacing)
export const renewCodes = formAction(runRenewCodes)
