import 'server-only'
import type { AuthOptions } from 'next-auth'
import type { Actor } from '#lib/payouts/permissions.ts'
import { findSession } from '#lib/services/sign-in/find-session.ts'
import { longestSessionMs } from '#lib/services/sign-in/sessions.ts'
import { getDeps, getEnv } from './deps.ts'

/** The cookie's token, and what the database said about it in this very request. Nothing of it is ever written into the cookie. */
type Found = { token: string; actor: Actor & { kind: 'user' } }

export type PortalSession = { actor: Actor & { kind: 'user' } }

/** The session was ended, is too old or never was: the everyday case, not an error. */
class SessionEnded extends Error {
  override readonly name = 'SessionEnded'
}

/** Says who is signed in. */
export const sessionCookie = () => cookieOf('portal-session')

/** Says who has shown a right password, or a right code before setting another authenticator up; opens nothing by itself. */
export const attemptCookie = () => cookieOf('portal-attempt')

/** Says whom this browser was let in as before; opens nothing, and keeps other people's wrong guesses from keeping them out. */
export const deviceCookie = () => cookieOf('portal-device')

async function cookieOf(name: string) {
  const { appUrl } = await getEnv()
  const secure = appUrl.startsWith('https:')
  return {
    // __Host- keeps other hosts of the same domain from setting it.
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
