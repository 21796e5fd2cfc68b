import { randomUUID } from 'node:crypto'
import type { AccessAct } from '#lib/payouts/access.ts'
import { apiScopes, may, scopesWithoutOwner, usualScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { lineProblem, tidyLine } from '#lib/payouts/text.ts'
import { proposeAccess, takesTwo } from '#lib/services/people/access-proposals.ts'
import { accountName, tellAdmins } from '#lib/services/people/admin-people.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { AccessChange, Deps } from '#lib/services/ports.ts'
import { freshToken, normalEmail } from '#lib/services/sign-in/sessions.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'

const nameMaxCharacters = 128

/** A forgotten key expires. */
const usualDays = 365

/** Ten years: longer than any key should live, and short enough to catch a typing error. */
const daysAtMost = 3650

/**
 * Makes a key for another system and shows it once. Its owner may not approve what it asks for. Without scopes it has the usual ones, without
 * days it expires in a year. One that can move money does not work before another admin has confirmed it (`waits`).
 */
export async function createApiKey(
  deps: Deps,
  actor: Actor,
  input: {
    name: string
    ownerEmail?: string
    scopes?: readonly string[]
    expiresInDays?: number
    code?: string
  },
): Promise<
  | { ok: true; id: string; key: string; waits: AccessChange | null }
  | Refusal<'forbidden' | 'invalid_request' | 'access_waits' | StepUpRefusal>
> {
  if (!may(actor, 'key.manage')) return refuse('forbidden')
  const name = tidyLine(input.name)
  const owner =
    input.ownerEmail === undefined ? null : await deps.people.findUserByEmail(normalEmail(input.ownerEmail))
  const scopes = apiScopes.filter((scope) => (input.scopes ?? usualScopes).includes(scope))
  const days = input.expiresInDays ?? usualDays
  const errors: InputProblem[] = []
  if (name === '' || name.length > nameMaxCharacters || lineProblem(name) !== undefined)
    errors.push({ path: 'name', said: { code: 'keyName', max: nameMaxCharacters } })
  if (input.ownerEmail !== undefined && !owner) errors.push({ path: 'owner', said: { code: 'ownerUnknown' } })
  if (input.scopes && new Set(input.scopes).size !== scopes.length)
    errors.push({ path: 'scopes', said: { code: 'oneOf', list: apiScopes.join(', ') } })
  else if (scopes.length === 0) errors.push({ path: 'scopes', said: { code: 'scopesNone' } })
  if (owner && scopes.some((scope) => scopesWithoutOwner.includes(scope)))
    errors.push({ path: 'scopes', said: { code: 'scopesOwner' } })
  if (!(Number.isInteger(days) && days >= 1 && days <= daysAtMost))
    errors.push({ path: 'expiresInDays', said: { code: 'wholeNumber', min: 1, max: daysAtMost } })
  if (errors.length > 0) return refuse('invalid_request', { errors })
  const act = { kind: 'key', subject: `create ${name}: ${scopes.join(' ')}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code ?? '')
  if (unproven) return unproven
  // A recognisable beginning lets secret scanners find a key that was published by mistake.
  const key = `cpp_${freshToken()}`
  const id = randomUUID()
  const expiresInMs = days * 86_400_000
  const draft = { id, name, keyHash: hashToken(key), ownerId: owner?.id ?? null, scopes, expiresInMs }
  const wanted: AccessAct = { kind: 'key', whose: name, scopes, owner: owner && accountName(owner) }
  if (takesTwo(actor, wanted)) {
    const waits = await proposeAccess(deps, actor, { subjectId: id, act: wanted }, draft)
    return waits === 'already_proposed' ? refuse('access_waits') : { ok: true, id, key, waits }
  }
  await deps.keys.create(draft, actor)
  await tellAdmins(deps, actor, (words: Words<'mail'>, locale) => {
    const scope = wordsFor(locale, 'keys')
    const told = { name, scopes: scopes.map((one) => scope(`scope.${one}`)).join(', ') }
    return {
      subject: words('operator.key.subject', { name }),
      paragraphs: [
        owner
          ? words('operator.key.owned', { ...told, owner: accountName(owner) })
          : words('operator.key.text', told),
      ],
    }
  })
  return { ok: true, id, key, waits: null }
}
