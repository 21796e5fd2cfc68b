import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'

/** NIST SP 800-63B asks for eight characters at the least; what a person makes up in a form should be longer. */
const minCharacters = { byOperator: 8, byPerson: 12 } as const
/** More than anybody types, and little enough to hash at once. */
const maxCharacters = 1024

/** Why this password may not be set, or undefined. */
export function passwordProblem(
  actor: Actor,
  password: string,
): Refusal<'weak_password' | 'invalid_request'> | undefined {
  const byOperator = actor.kind === 'operator'
  const min = byOperator ? minCharacters.byOperator : minCharacters.byPerson
  if (password.length >= min && password.length <= maxCharacters) return undefined
  const message = `Must have ${min} to ${maxCharacters} characters.`
  return refuse(byOperator || password.length > maxCharacters ? 'invalid_request' : 'weak_password', {
    errors: [{ path: 'password', message }],
  })
}
