import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { passwordProblem } from './password-rules.ts'
import type { Deps } from './ports.ts'
import { normalEmail } from './sessions.ts'

/** An e-mail is also a receiver's external id, which Cardzo's fields bound. */
const emailSchema = z.email().max(128)
const nameMaxCharacters = 128

/** A new person. Staff need a password; a receiver may do without and sign in by mail link. */
export async function createUser(
  deps: Deps,
  actor: Actor,
  input: { email: string; role: Role; password: string | null; name?: string; totpSecret?: string | null },
): Promise<
  { ok: true; id: string } | Refusal<'forbidden' | 'invalid_request' | 'weak_password' | 'email_taken'>
> {
  if (!may(actor, 'user.manage')) return refuse('forbidden')
  const email = normalEmail(input.email)
  if (!emailSchema.safeParse(email).success)
    return refuse('invalid_request', { errors: [{ path: 'email', message: 'Must be an e-mail address.' }] })
  const name = (input.name ?? '').trim() || (email.split('@')[0] ?? email)
  if (name.length > nameMaxCharacters || /\p{Cc}/u.test(name))
    return refuse('invalid_request', {
      errors: [{ path: 'name', message: `May have at most ${nameMaxCharacters} characters, on one line.` }],
    })
  if (input.password === null && input.role !== 'receiver')
    return refuse('invalid_request', { errors: [{ path: 'password', message: 'Staff need a password.' }] })
  const weak = input.password === null ? undefined : passwordProblem(actor, input.password)
  if (weak) return weak

  const passwordHash = input.password === null ? null : await deps.passwords.hash(input.password)
  const draft = {
    id: randomUUID(),
    email,
    name,
    role: input.role,
    passwordHash,
    totpSecret: input.totpSecret ?? null,
  }
  const user = await deps.people.createUser(draft, actor)
  return user === 'email_taken' ? refuse('email_taken') : { ok: true, id: user.id }
}
