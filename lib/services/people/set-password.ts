import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { passwordProblem } from '#lib/services/sign-in/password-rules.ts'
import { normalEmail } from '#lib/services/sign-in/sessions.ts'
import type { Words } from '#lib/words/words.ts'
import { accountName, tellAdmins } from './admin-people.ts'

/** Sets a person's password and ends their sessions. For the operator alone: on pages everybody sets their own. */
export async function setPassword(
  deps: Deps,
  actor: Actor,
  input: { email: string; password: string },
): Promise<
  { ok: true; id: string } | Refusal<'forbidden' | 'not_found' | 'weak_password' | 'invalid_request'>
> {
  if (!may(actor, 'user.provision')) return refuse('forbidden')
  const user = await deps.people.findUserByEmail(normalEmail(input.email))
  if (!user) return refuse('not_found')
  const weak = await passwordProblem(deps, actor, input.password, user)
  if (weak) return weak
  await deps.people.setPassword(user.id, await deps.passwords.hash(input.password), actor)
  if (user.role !== 'receiver')
    await tellAdmins(deps, actor, (words: Words<'mail'>) => ({
      subject: words('operator.password.subject'),
      paragraphs: [words('operator.password.text', { whose: accountName(user) })],
    }))
  return { ok: true, id: user.id }
}
