/** Staff write notes on a payout, for each other or for its receiver. */
import { accountFields } from '#lib/payouts/fields.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { payoutFor } from './payout-for.ts'

export const noteMaxCharacters = 2_000

/** `noteId`: made with the form, so that sending it twice writes one note. */
type NoteInput = { payoutId: string; noteId: string; text: string; toReceiver: boolean }

/** Writes a note. `toReceiver`: the receiver reads it on their status page. */
export async function writeNote(
  deps: Deps,
  actor: Actor,
  input: NoteInput,
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'invalid_request'>> {
  const read = await readNote(deps, actor, input)
  if (!read.ok) return read
  const written = await deps.notes.write(read.draft, read.author)
  if (written === 'full') return invalid({ path: 'text', said: { code: 'notesMany' } })
  return { ok: true }
}

/** Its author changes a note within five minutes: the text, and whom it is for. Then it is fixed. */
export async function changeNote(
  deps: Deps,
  actor: Actor,
  input: NoteInput,
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'invalid_request' | 'note_fixed'>> {
  const read = await readNote(deps, actor, input)
  if (!read.ok) return read
  const changed = await deps.notes.change(read.draft, read.author)
  return changed === 'changed' ? { ok: true } : refuse('note_fixed')
}

async function readNote(deps: Deps, actor: Actor, input: NoteInput) {
  if (actor.kind !== 'user' || !may(actor, 'note.write')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, input.payoutId)
  if (!payout || !isUuid(input.noteId)) return refuse('not_found')
  const text = tidyProse(input.text)
  const problem = textProblem('text', text, noteMaxCharacters) ?? accountIn(text, payout)
  if (problem) return invalid(problem)
  const draft = { id: input.noteId, payoutId: payout.id, text, toReceiver: input.toReceiver }
  return { ok: true as const, draft, author: actor }
}

const invalid = (problem: InputProblem) => refuse('invalid_request', { errors: [problem] })

/** Notes are shown as they are, so the full account number must not get into one. */
function accountIn(text: string, { destination }: Payout): InputProblem | null {
  const letters = (value: string) => value.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase()
  const numbers = accountFields
    .map((name) => letters(destination[name] ?? ''))
    .filter((value) => value !== '')
  return numbers.some((number) => letters(text).includes(number))
    ? { path: 'text', said: { code: 'noteNumber' } }
    : null
}
