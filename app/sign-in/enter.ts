import 'server-only'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { attemptCookie, deviceCookie, receiverCookie, sessionCookie } from '#app/_server/session-options.ts'
import { getDeps } from '#app/_server/deps.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { deviceLifetimeMs, withDevice } from '#lib/services/sign-in/devices.ts'
import { markFor } from '#lib/services/sign-in/known-receiver.ts'
import { rotateSession } from '#lib/services/sign-in/rotate-session.ts'
import { attemptLifetimeMs, lifetimeOf } from '#lib/services/sign-in/sessions.ts'
import { signOut } from '#lib/services/sign-in/sign-out.ts'
import type { HalfWay, SignedIn } from '#lib/services/sign-in/sign-in-attempts.ts'
import { pathAfterSignIn } from './path-after-sign-in.ts'

export const userAgent = async () => (await headers()).get('user-agent')

/** Lets somebody in: this browser gets their session's token, and a mark that they have signed in with it. */
export async function keepSession({
  token,
  device,
  actor,
}: Pick<SignedIn, 'token' | 'device' | 'actor'>): Promise<void> {
  await keepToken(token, lifetimeOf(token))
  const jar = await cookies()
  const known = await deviceCookie()
  const value = withDevice(jar.get(known.name)?.value, device)
  jar.set(known.name, value, { ...known.options, maxAge: deviceLifetimeMs / 1000 })
  const mark = markFor(await getDeps(), actor)
  if (mark === null) return forgetReceiver()
  const receiver = await receiverCookie()
  jar.set(receiver.name, mark, { ...receiver.options, maxAge: deviceLifetimeMs / 1000 })
}

/** From now on the sign-in page shows nobody's phrase in this browser. */
export async function forgetReceiver(): Promise<void> {
  const { name, options } = await receiverCookie()
  const jar = await cookies()
  if (jar.has(name)) jar.set(name, '', { ...options, maxAge: 0 })
}

/** After a password or a second factor was changed: the session goes on under another token. */
export async function renewSession(actor: Actor, token: string): Promise<void> {
  const rotated = await rotateSession(await getDeps(), actor, { token })
  if (rotated.ok) await keepToken(rotated.token, rotated.remainingMs)
}

/**
 * The one place that gives a browser a session's token, for as long as the session may live. A session that was there before ends, no
 * matter whose it was: nobody could sign out of it any more.
 */
async function keepToken(token: string, lifetimeMs: number): Promise<void> {
  const { name, options } = await sessionCookie()
  const jar = await cookies()
  const before = jar.get(name)?.value ?? ''
  if (before !== '' && before !== token)
    await signOut(await getDeps(), { kind: 'stranger' }, { token: before })
  jar.set(name, token, { ...options, maxAge: Math.floor(lifetimeMs / 1000) })
  await forgetAttempt()
}

/** Who has signed in with this browser before. */
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
