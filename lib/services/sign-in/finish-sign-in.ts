import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { tellPerson } from '#lib/services/people/admin-people.ts'
import type { Deps, User } from '#lib/services/ports.ts'
import type { Words } from '#lib/words/words.ts'
import { deviceFor, deviceOf } from './devices.ts'
import { networkOf, takeGuess } from './guesses.ts'
import { actorOf, openSession } from './sessions.ts'
import type { Whereabouts } from './sessions.ts'
import type { SignedIn } from './sign-in-attempts.ts'
import { factorRefusals } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

/** This many wrong codes are no typing error: the attempt ends, and the person is told. */
const wrongAtMost = 5

/**
 * The second half of signing in: a code or a recovery code. Of any number who send the same at once, one gets in. Wrong
 * codes end this attempt and nobody else's: the person goes on in their living sessions and known browsers.
 */
export async function finishSignIn(
  deps: Deps,
  _actor: Actor,
  input: { attempt: string; code: string; devices?: string | undefined } & Whereabouts,
): Promise<SignedIn | Refusal<StepUpRefusal | 'attempt_over'>> {
  if (!(await deps.rateLimit('sign_in', `ip:${networkOf(input.ip)}`))) return refuse('rate_limited')
  const tokenHash = hashToken(input.attempt)
  const found = await deps.signIn.findAttempt(tokenHash)
  // Without a factor there is nothing to finish; it is set up first (set-up-factor.ts).
  if (!found?.user.hasFactor || found.offered !== null) return refuse('attempt_over')
  const { user } = found
  if (input.code.trim() === '') return refuse('step_up_required')
  const guess = await takeGuess(deps, input.ip)
  if (!guess.ok) return refuse('rate_limited')
  const device = deviceOf(deps, user.id, input.devices)
  const subject = `attempt ${tokenHash.slice(0, 16)}`
  const act = { kind: 'sign_in', subject, device } as const
  const answer = await deps.secondFactor.verify(user.id, input.code, act)
  if (answer === 'wrong' && (await deps.signIn.countWrongCode(tokenHash)) >= wrongAtMost) {
    await tellOfWrongCodes(deps, user, input.ip)
    return refuse('attempt_over')
  }
  if (answer !== 'ok') return refuse(factorRefusals[answer])
  await guess.giveBack()
  if (!(await deps.signIn.useAttempt(tokenHash))) return refuse('attempt_over')
  const token = await openSession(deps, user, input, 'second_factor')
  return { ok: true, step: 'in', token, device: deviceFor(deps, user.id), actor: actorOf(user) }
}

/** Somebody has the right password and no code: the person should change it, and others should know. At most one mail an hour. */
async function tellOfWrongCodes(deps: Deps, user: User, ip: string | null): Promise<void> {
  const hour = Math.floor(deps.clock.wallMs() / 3_600_000)
  await tellPerson(deps, user, `wrong-codes:${user.id}:${hour}`, (words: Words<'mail'>) => ({
    subject: words('own.wrongCodes.subject'),
    paragraphs: [
      words('own.wrongCodes.text', { n: wrongAtMost }),
      ...(ip === null ? [] : [words('own.wrongCodes.from', { ip })]),
    ],
  }))
  await deps.items.open({
    kind: 'wrong_codes',
    severity: 'high',
    subject: user.id,
    what: `Somebody has the password of ${user.name} and does not have the second factor`,
    why: `After the right password came ${wrongAtMost} wrong codes. They did not get in, and the person was told by mail. If it was not them, have the password changed.`,
    data: { userId: user.id, name: user.name, ip },
  })
}
