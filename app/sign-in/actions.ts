'use server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { act } from '#app/_server/action.ts'
import { formAction, soleFormAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { sessionCookie } from '#app/_server/session-options.ts'
import { sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { finishSignIn } from '#lib/services/sign-in/finish-sign-in.ts'
import { requestSignInLink } from '#lib/services/sign-in/request-sign-in-link.ts'
import { setUpFactor } from '#lib/services/sign-in/set-up-factor.ts'
import { signIn } from '#lib/services/sign-in/sign-in.ts'
import { signOut } from '#lib/services/sign-in/sign-out.ts'
import { useSignInLink } from '#lib/services/sign-in/use-sign-in-link.ts'
import type { Words } from '#lib/words/words.ts'
import { attemptHere, devicesHere, forgetReceiver, goOn, keepSession, userAgent } from './enter.ts'
import { pathAfterSignIn } from './path-after-sign-in.ts'

const text = z.string().max(1000).catch('')
const Form = z.object({
  email: text,
  // Longer than any password may be, so that a long one is wrong and not empty.
  password: z.string().max(2000).catch(''),
  next: text,
  token: text,
  code: text,
})

async function runSignInWithPassword(_before: FormState, form: FormData): Promise<FormState> {
  const { email, password, next } = Form.parse(Object.fromEntries(form))
  const t = await getTranslations('signIn')
  const empty = emptyFields(t, {
    email: [t('enterEmail'), email],
    password: [t('enterPassword'), password],
  })
  if (empty) return sentBack(empty, { email })
  const [agent, devices] = [await userAgent(), await devicesHere()]
  const result = await act(
    ({ deps, actor, ip }) => signIn(deps, actor, { email, password, devices, ip, userAgent: agent }),
    { stranger: true },
  )
  if (!result.ok) return sentBack(result, { email })
  return goOn(result, next)
}

/** What was left empty, all of it at once; null when nothing was. */
function emptyFields(t: Words<'signIn'>, fields: Record<string, [words: string, value: string]>) {
  const errors = Object.entries(fields).flatMap(([path, [message, value]]) =>
    value.trim() === '' ? [{ path, message }] : [],
  )
  return errors.length === 0 ? null : { text: t('missing'), errors }
}

/** The second half: a code from the person whose browser holds the attempt's cookie. */
async function runSignInWithCode(_before: FormState, form: FormData): Promise<FormState> {
  const { code, next } = Form.parse(Object.fromEntries(form))
  const [agent, attempt, devices] = [await userAgent(), await attemptHere(), await devicesHere()]
  const result = await act(
    ({ deps, actor, ip }) => finishSignIn(deps, actor, { attempt, code, devices, ip, userAgent: agent }),
    { stranger: true },
  )
  if (!result.ok) return sentBack(result, {})
  return goOn(result, next)
}

type SetUpState = FormState<{ recoveryCodes: string[]; goOnTo: string } | null>

/** Lets the person in and shows the recovery codes, on the page that the form was on. */
async function runSignInWithNewFactor(_before: SetUpState, form: FormData): Promise<SetUpState> {
  const { code, next } = Form.parse(Object.fromEntries(form))
  const [agent, attempt] = [await userAgent(), await attemptHere()]
  const result = await act(
    ({ deps, actor, ip }) => setUpFactor(deps, actor, { attempt, code, ip, userAgent: agent }),
    { stranger: true },
  )
  if (!result.ok) return sentBack(result, {})
  await keepSession(result)
  const goOnTo = pathAfterSignIn(result.actor.role, next)
  return { ...untouched, answer: { recoveryCodes: result.recoveryCodes, goOnTo } }
}

type LinkState = FormState<'sent' | null>

async function runMailSignInLink(_before: LinkState, form: FormData): Promise<LinkState> {
  const email = text.parse(form.get('link-email'))
  const typed = { 'link-email': email }
  const t = await getTranslations('signIn')
  const empty = emptyFields(t, { 'link-email': [t('enterEmail'), email] })
  if (empty) return sentBack(empty, typed)
  const locale = await localeHere()
  const result = await act(({ deps, actor, ip }) => requestSignInLink(deps, actor, { email, ip, locale }), {
    stranger: true,
  })
  return result.ok ? { ...untouched, values: typed, answer: 'sent' } : sentBack(result, typed)
}

async function runSignInWithLink(_before: FormState, form: FormData): Promise<FormState> {
  const { token } = Form.parse(Object.fromEntries(form))
  const agent = await userAgent()
  const result = await act(
    ({ deps, actor, ip }) => useSignInLink(deps, actor, { token, ip, userAgent: agent }),
    { stranger: true },
  )
  if (!result.ok) return sentBack(result, {})
  return goOn(result, '')
}

async function runSignOutNow(): Promise<void> {
  const { name, options } = await sessionCookie()
  const jar = await cookies()
  const token = jar.get(name)?.value ?? ''
  const result = await act(({ deps, actor }) => signOut(deps, actor, { token }), { stranger: true })
  // A refusal means that the form came from elsewhere, or that the database is away: the session lives on.
  if (!result.ok) redirect('/')
  jar.set(name, '', { ...options, maxAge: 0 })
  await forgetReceiver()
  redirect('/sign-in')
}

// What a browser can call; each checks its arguments first.
export const signInWithPassword = formAction(runSignInWithPassword)
export const signInWithCode = formAction(runSignInWithCode)
export const signInWithNewFactor = formAction(runSignInWithNewFactor)
export const mailSignInLink = formAction(runMailSignInLink)
export const signInWithLink = formAction(runSignInWithLink)
export const signOutNow = soleFormAction(runSignOutNow)
