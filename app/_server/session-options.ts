import 'server-only'
import type { AuthOptions } from 'next-auth'
import type { Actor } from '#lib/payouts/permissions.ts'
import { findSession } from '#lib/services/sign-in/find-session.ts'
import { longestSessionMs } from '#lib/services/sign-in/sessions.ts'
import { getDeps, getEnv } from './deps.ts'

/** The cookie's token, and what the database said about it in this very request. None of it is ever written into the cookie. */
type Found = { token: string; actor: Actor & { kind: 'user' } }

export type PortalSession = { actor: Actor & { kind: 'user' } }

/** The session was ended, expired or never existed: an everyday case, not an error. */
class SessionEnded extends Error {
  override readonly name = 'SessionEnded'
}

/** Says who is signed in. */
export const sessionCookie = () => cookieOf('portal-session')

/** Says who gave the right password, or a right code before setting up another authenticator; opens nothing by itself. */
export const attemptCookie = () => cookieOf('portal-attempt')

/** Says who has signed in with this browser before; opens nothing, and keeps other people's wrong guesses from locking them out. */
export const deviceCookie = () => cookieOf('portal-device')

/**
 * Names the receiver who signed in with this browser last, so that the sign-in page can show their phrase; opens nothing. Signing out, or
 * somebody else signing in, takes it away: on a shared browser the next person reads nobody's phrase.
 */
export const receiverCookie = () => cookieOf('portal-receiver')

/** Says where in the database's log the person's last act is, so that no standby is read that lacks it; opens nothing. */
export const lastActCookie = () => cookieOf('portal-last-act')

async function cookieOf(name: string) {
  const { appUrl } = await getEnv()
  const secure = appUrl.startsWith('https:')
  return {
    // With __Host- no other host of the domain can set it.
    name: secure ? `__Host-${name}` : name,
    options: { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const,
  }
}

/**
 * next-auth reads the cookie and says who is signed in; it makes, renews and ends no sessions: it has no providers. Its JWT is replaced by our
 * opaque token, so that a session is a row that can be ended (docs/decisions/0003-sign-in-sessions.md).
 */
export async function sessionOptions(): Promise<AuthOptions> {
  const [env, cookie] = [await getEnv(), await sessionCookie()]
  return {
    providers: [],
    secret: env.authSecret,
    useSecureCookies: cookie.options.secure,
    cookies: { sessionToken: cookie },
    session: { strategy: 'jwt', maxAge: longestSessionMs / 1000 },
    jwt: {
      async decode({ token }) {
        const found = token ? await findSession(await getDeps(), token) : null
        if (!token || !found) throw new SessionEnded()
        return { token, actor: found.actor } satisfies Found
      },
      encode: ({ token }) => Promise.resolve((token as Found | undefined)?.token ?? ''),
    },
    callbacks: {
      session: ({ session, token }) => ({
        expires: session.expires,
        actor: (token as unknown as Found).actor,
      }),
    },
    logger: {
      error(_code, metadata) {
        const cause = metadata instanceof Error ? metadata : metadata.error
        if (cause instanceof SessionEnded) return
        // A database that is away must not look like a person who signed out.
        throw cause
      },
      warn: () => undefined,
      debug: () => undefined,
    },
  }
}
