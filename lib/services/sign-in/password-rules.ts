import type { Actor } from '#lib/payouts/permissions.ts'
import type { Said } from '#lib/payouts/input-problems.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'

/** NIST SP 800-63B asks for at least eight characters; a password made up in a form should be longer. */
const minCharacters = { byOperator: 8, byPerson: 12 } as const
/** More than anybody types, and short enough to hash quickly. */
const maxCharacters = 1024

/**
 * Why this password is too weak, or undefined. It must be long, and not one that anybody would try first; no rules about digits and signs,
 * which only make people predictable.
 */
export async function passwordProblem(
  deps: Pick<Deps, 'passwords'>,
  actor: Actor,
  password: string,
  whose: { email: string; name: string },
): Promise<Refusal<'weak_password' | 'invalid_request'> | undefined> {
  const byOperator = actor.kind === 'operator'
  const min = byOperator ? minCharacters.byOperator : minCharacters.byPerson
  const no = (said: Said) =>
    refuse(byOperator || password.length > maxCharacters ? 'invalid_request' : 'weak_password', {
      errors: [{ path: 'password', said }],
    })
  if (password.length < min || password.length > maxCharacters)
    return no({ code: 'passwordLength', min, max: maxCharacters })
  if (isOwn(password, whose)) return no({ code: 'passwordOwn' })
  if (await deps.passwords.isCommon(password)) return no({ code: 'passwordCommon' })
  return undefined
}

const bare = (text: string) => text.toLowerCase().replaceAll(/[\s.@_-]/g, '')

function isOwn(password: string, { email, name }: { email: string; name: string }): boolean {
  const own = [email, email.split('@')[0] ?? '', name].map(bare)
  return own.includes(bare(password))
}
