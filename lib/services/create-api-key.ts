import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from './links.ts'
import type { Deps } from './ports.ts'
import { freshToken, normalEmail } from './sessions.ts'

const nameMaxCharacters = 128

/** A key for another system, shown this once. Its owner may not approve what it asks for. */
export async function createApiKey(
  deps: Deps,
  actor: Actor,
  input: { name: string; ownerEmail?: string },
): Promise<{ ok: true; id: string; key: string } | Refusal<'forbidden' | 'invalid_request'>> {
  if (!may(actor, 'key.manage')) return refuse('forbidden')
  const name = input.name.trim()
  if (name === '' || name.length > nameMaxCharacters || /\p{Cc}/u.test(name))
    return refuse('invalid_request', {
      errors: [{ path: 'name', message: `Must have 1 to ${nameMaxCharacters} characters, on one line.` }],
    })
  const owner =
    input.ownerEmail === undefined ? null : await deps.people.findUserByEmail(normalEmail(input.ownerEmail))
  if (input.ownerEmail !== undefined && !owner)
    return refuse('invalid_request', { errors: [{ path: 'owner', message: 'Nobody has this e-mail.' }] })
  // A recognisable beginning lets secret scanners find a key that was published by mistake.
  const key = `cpp_${freshToken()}`
  const id = randomUUID()
  await deps.people.createApiKey({ id, name, keyHash: hashToken(key), ownerId: owner?.id ?? null }, actor)
  return { ok: true, id, key }
}
