import 'server-only'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { attemptCookie, deviceCookie, sessionCookie } from '#app/_server/session-options.ts'
import { deviceLifetimeMs, withDevice } from '#lib/services/devices.ts'
import { attemptLifetimeMs, longestSessionMs } from '#lib/services/sessions.ts'
import type { HalfWay, SignedIn } from '#lib/services/sign-in-attempts.ts'
import { pathAfterSignIn } from './path-after-sign-in.ts'

export const userAgent = async () => (await headers()).get('user-agent')

/** The one place where a session's token gets into a browser; with it, that this person was let in here before. */
export async function keepSession({ token, device }: Pick<SignedIn, 'token' | 'device'>): Promise<void> {
  const { name, options } = await sessionCookie()
  const jar = await cookies()
  jar.set(name, token, { ...options, maxAge: longestSessionMs / 1000 })
  const known = await deviceCookie()
  const value = withDevice(jar.get(known.name)?.value, device)
  jar.set(known.name, value, { ...known.options, maxAge: deviceLifetimeMs / 1000 })
  await forgetAttempt()
}

/** Who was let in by this browser before. */
export const devicesHere = async () => (await cookies()).get((await deviceCookie()).name)?.value

export async function keepAttempt(attempt: string): Promise<void> {
  const { name, options } = await attemptCookie()
  const jar = await cookies()
  jar.set(name, attempt, { ...options, maxAge: attemptLifetimeMs / 1000 })
}

/** Empty when nobody is halfway in. */
export async function attemptHere(): Promise<string> {
  const { name } = await attemptCookie()
  return (await cookies()).get(name)?.value ?? ''
}

export async function forgetAttempt(): Promise<void> {
  const { name, options } = await attemptCookie()
  const jar = await cookies()
  if (jar.has(name)) jar.set(name, '', { ...options, maxAge: 0 })
}

/** In, or on to the page of the second factor. */
export async function goOn(result: SignedIn | HalfWay, next: string): Promise<never> {
  if (result.step === 'in') {
    await keepSession(result)
    redirect(pathAfterSignIn(result.actor.role, next))
  }
  await keepAttempt(result.attempt)
  const page = result.step === 'code' ? '/sign-in/code' : '/sign-in/set-up'
  redirect(next === '' ? page : `${page}?next=${encodeURIComponent(next)}`)
}
