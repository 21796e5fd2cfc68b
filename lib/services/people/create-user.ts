import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import type { Said } from '#lib/payouts/input-problems.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { lineProblem, tidyLine } from '#lib/payouts/text.ts'
import type { Deps } from '#lib/services/ports.ts'
import { passwordProblem } from '#lib/services/sign-in/password-rules.ts'
import { normalEmail } from '#lib/services/sign-in/sessions.ts'
import type { Words } from '#lib/words/words.ts'
import { accountName, tellAdmins } from './admin-people.ts'

/** An e-mail is also a receiver's external id, which Cardzo's fields bound. */
const emailSchema = z.email().max(128)
const nameMaxCharacters = 128

/**
 * Makes an account for the operator. Staff need a password; a receiver may do without and sign in by mail link. A TOTP secret saves
 * setting one up at the first sign-in.
 */
export async function createUser(
  deps: Deps,
  actor: Actor,
  input: { email: string; role: Role; password: string | null; name?: string; totpSecret?: string | null },
): Promise<
  { ok: true; id: string } | Refusal<'forbidden' | 'invalid_request' | 'weak_password' | 'email_taken'>
> {
  if (!may(actor, 'user.provision')) return refuse('forbidden')
  const read = readPerson(input)
  if (!read.ok) return read
  const { email, name } = read
  if (input.password === null && input.role !== 'receiver')
    return refuse('invalid_request', { errors: [{ path: 'password', message: 'Staff need a password.' }] })
  const person = { email, name }
  const weak =
    input.password === null ? undefined : await passwordProblem(deps, actor, input.password, person)
  if (weak) return weak
  // People copy secrets in groups of four and in either case.
  const totpSecret = input.totpSecret?.toUpperCase().replaceAll(/[\s=]/g, '') ?? null
  if (totpSecret !== null && !deps.secondFactor.isSecret(totpSecret))
    return refuse('invalid_request', {
      errors: [
        {
          path: 'totp-secret',
          message: 'Must be base32 (A-Z and 2-7), 16 to 128 characters without blanks.',
        },
      ],
    })

  const passwordHash = input.password === null ? null : await deps.passwords.hash(input.password)
  const draft = {
    id: randomUUID(),
    email,
    name,
    role: input.role,
    passwordHash,
    totpSecret,
  }
  const user = await deps.people.createUser(draft, actor)
  if (user === 'email_taken') return refuse('email_taken')
  // A receiver can only ask for their own money; admins should know of new staff.
  if (user.role !== 'receiver')
    await tellAdmins(deps, actor, (words: Words<'mail'>) => ({
      subject: words('operator.account.subject', { whose: accountName(user) }),
      paragraphs: [words('operator.account.text', { whose: accountName(user), role: user.role })],
    }))
  return { ok: true, id: user.id }
}

/** E-mail and name as they are kept; without a name, what comes before the @. */
export function readPerson(input: {
  email: string
  name?: string
}): { ok: true; email: string; name: string } | Refusal<'invalid_request'> {
  const email = normalEmail(input.email)
  const name = tidyLine(input.name ?? '') || (email.split('@')[0] ?? email)
  const errors: InputProblem[] = []
  if (!emailSchema.safeParse(email).success) errors.push({ path: 'email', said: { code: 'email' } })
  const said: Said | undefined =
    name.length > nameMaxCharacters ? { code: 'tooLong', max: nameMaxCharacters } : lineProblem(name)
  if (said) errors.push({ path: 'name', said })
  if (errors.length > 0) return refuse('invalid_request', { errors })
  return { ok: true, email, name }
}
