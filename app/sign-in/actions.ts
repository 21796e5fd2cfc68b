'use server'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { act } from '#app/_server/action.ts'
import { sessionCookie } from '#app/_server/session-options.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { requestSignInLink } from '#lib/services/request-sign-in-link.ts'
import { longestSessionMs } from '#lib/services/sessions.ts'
import { signIn } from '#lib/services/sign-in.ts'
import { signOut } from '#lib/services/sign-out.ts'
import { useSignInLink } from '#lib/services/use-sign-in-link.ts'
import { pathAfterSignIn } from './path-after-sign-in.ts'

export type SignInState = { message: string | null; email: string; sent: boolean }

const text = z.string().max(1000).catch('')
const Form = z.object({ email: text, password: text, next: text, token: text })

const userAgent = async () => (await headers()).get('user-agent')

/** The one place where a session's token gets into a browser. */
async function enter(token: string, actor: Actor & { kind: 'user' }, next: string): Promise<never> {
  const { name, options } = await sessionCookie()
  const jar = await cookies()
  jar.set(name, token, { ...options, maxAge: longestSessionMs / 1000 })
  redirect(pathAfterSignIn(actor.role, next))
}

export async function signInWithPassword(_before: SignInState, form: FormData): Promise<SignInState> {
  const { email, password, next } = Form.parse(Object.fromEntries(form))
  const agent = await userAgent()
  const result = await act(
    ({ deps, actor, ip }) => signIn(deps, actor, { email, password, ip, userAgent: agent }),
    { stranger: true },
  )
  if (!result.ok) return { message: result.text, email, sent: false }
  return enter(result.token, result.actor, next)
}

export async function mailSignInLink(_before: SignInState, form: FormData): Promise<SignInState> {
  const email = text.parse(form.get('link-email'))
  const result = await act(({ deps, actor, ip }) => requestSignInLink(deps, actor, { email, ip }), {
    stranger: true,
  })
  return { message: result.ok ? null : result.text, email, sent: result.ok }
}

export async function signInWithLink(_before: string | null, form: FormData): Promise<string | null> {
  const { token } = Form.parse(Object.fromEntries(form))
  const agent = await userAgent()
  const result = await act(
    ({ deps, actor, ip }) => useSignInLink(deps, actor, { token, ip, userAgent: agent }),
    {
      stranger: true,
    },
  )
  if (!result.ok) return result.text
  return enter(result.token, result.actor, '')
}

export async function signOutNow(): Promise<void> {
  const { name, options } = await sessionCookie()
  const jar = await cookies()
  const token = jar.get(name)?.value ?? ''
  const result = await act(({ deps, actor }) => signOut(deps, actor, { token }), { stranger: true })
  // A refusal here means that the form came from elsewhere, or that the database is away: then the session lives on.
  if (!result.ok) redirect('/')
  jar.set(name, '', { ...options, maxAge: 0 })
  redirect('/sign-in')
}
