import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { setTimeout as pause } from 'node:timers/promises'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps } from '#lib/services/ports.ts'
import { networkOf } from './guesses.ts'
import { freshToken, normalEmail, signInLinkLifetimeMs } from './sessions.ts'

/** Finding nobody is quicker than writing a mail, so every answer takes this long and timing gives nothing away. */
const answerAfterMs = 250

/**
 * Mails a sign-in link to a receiver who exists. The answer is the same for everybody else, staff included: their way in is
 * the password.
 */
export async function requestSignInLink(
  deps: Deps,
  actor: Actor,
  /** `locale`: of the page they ask on, for receivers whose language nobody has named. */
  input: { email: string; ip: string | null; locale?: Locale },
): Promise<{ ok: true } | Refusal<'rate_limited'>> {
  const email = normalEmail(input.email)
  // The network address first: each made-up e-mail makes a row, and this bounds how many one place can make.
  if (!(await deps.rateLimit('sign_in_link', `ip:${networkOf(input.ip)}`))) return refuse('rate_limited')
  if (!(await deps.rateLimit('sign_in_link', `email:${email}`))) return refuse('rate_limited')
  // Nothing waits for it, however slow it is.
  mailLink(deps, actor, email, input).catch((error: unknown) => {
    deps.log.error({ err: error }, 'a sign-in link could not be mailed')
  })
  await pause(answerAfterMs)
  return { ok: true }
}

async function mailLink(
  deps: Deps,
  actor: Actor,
  email: string,
  input: { ip: string | null; locale?: Locale },
): Promise<void> {
  const user = await deps.people.findUserByEmail(email)
  if (user?.role !== 'receiver' || user.disabledAt !== null) return
  const token = freshToken()
  const tokenHash = hashToken(token)
  const link = { tokenHash, userId: user.id, lifetimeMs: signInLinkLifetimeMs, ip: input.ip }
  const receiver = user.receiverId === null ? null : await deps.people.findReceiver(user.receiverId)
  const locale = receiver?.locale ?? input.locale ?? 'en'
  const words = wordsFor(locale, 'mail')
  const mail = {
    to: user.email,
    dedupeKey: `sign-in:${tokenHash}`,
    locale,
    subject: words('signIn.subject'),
    text: [
      words('helloName', { name: user.name }),
      `${words('signIn.text')}\n${deps.config.appUrl}/sign-in/link/${token}`,
      words('signIn.once', { minutes: signInLinkLifetimeMs / 60_000 }),
    ].join('\n\n'),
  }
  await deps.signIn.createSignInLink(link, mail, actor)
}
