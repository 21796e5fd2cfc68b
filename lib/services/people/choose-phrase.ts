import { phraseProblem } from '#lib/payouts/phrase.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import type { Deps } from '#lib/services/ports.ts'

/** A receiver chooses the phrase that their mails and the sign-in page show; empty: none any more. */
export async function choosePhrase(
  deps: Deps,
  actor: Actor,
  input: { phrase: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || actor.role !== 'receiver') return refuse('forbidden')
  const phrase = tidyLine(input.phrase)
  const said = phrase === '' ? undefined : phraseProblem(phrase)
  if (said) return refuse('invalid_request', { errors: [{ path: 'phrase', said }] })
  await deps.people.choosePhrase(phrase === '' ? null : phrase, actor)
  return { ok: true }
}

/** For the form that changes it. */
export async function showPhrase(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; phrase: string | null } | Refusal<'forbidden'>> {
  if (actor.kind !== 'user' || actor.role !== 'receiver') return refuse('forbidden')
  return { ok: true, phrase: await deps.people.phraseOf(actor.id) }
}
