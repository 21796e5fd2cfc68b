/** What is saved when a receiver gives a new destination. */
import { randomUUID } from 'node:crypto'
import { labelMaxCharacters, usualLabel } from '#lib/payouts/destination-label.ts'
import { describeField, lastFour, receiverFields } from '#lib/payouts/fields.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { lineProblem } from '#lib/payouts/text.ts'
import type { Deps, DestinationDraft, Receiver } from '#lib/services/ports.ts'
import { addedMails } from './destination-mails.ts'

type Fields = Readonly<Record<string, string>>

/**
 * Null when nothing is left to save. Fields that only repeat the receiver (name, e-mail) are not part of a destination: a name corrected
 * later would leave the old one behind here.
 */
export async function draftDestination(
  deps: Pick<Deps, 'config' | 'people' | 'settings'>,
  actor: Actor,
  given: { receiver: Receiver; fields: Fields; label?: string },
): Promise<DestinationDraft | null> {
  const fields = ownFields(given.fields, given.receiver)
  if (Object.keys(fields).length === 0) return null
  const [{ coolingOffH }, user] = await Promise.all([
    deps.settings.read(),
    actor.kind === 'user' ? deps.people.findUser(actor.id) : null,
  ])
  const draft = {
    id: randomUUID(),
    receiverId: given.receiver.id,
    label: given.label || usualLabelOf(fields),
    fields,
    coolingOffH,
  }
  const addresses = [given.receiver.email, user?.email ?? null]
  return { ...draft, mails: addedMails(deps, draft, { receiver: given.receiver, addresses }) }
}

/** Without what only repeats the receiver. */
export function ownFields(fields: Fields, receiver: Receiver): Record<string, string> {
  // The IP address belongs to each request.
  const repeated: Record<string, string | null> = { ipaddress: fields['ipaddress'] ?? null }
  for (const [name, property] of Object.entries(receiverFields)) repeated[name] = receiver[property]
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => repeated[name] !== value))
}

/** Bank and last four: "Example Bank, ending 3000". */
export function usualLabelOf(fields: Fields): string {
  const account = fields['account_number']
  return usualLabel({
    bankName: fields['bank_name'] ?? null,
    last4: account === undefined ? null : lastFour(account),
  })
}

const bare = (text: string) => text.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** A label is shown everywhere and stored unsealed, so it must not contain the account number. */
export function labelProblem(label: string, fields: Fields): InputProblem | null {
  const path = 'label'
  if (label === '') return { path, said: { code: 'labelEmpty' } }
  if (label.length > labelMaxCharacters) return { path, said: { code: 'tooLong', max: labelMaxCharacters } }
  const said = lineProblem(label)
  if (said) return { path, said }
  const secret = Object.entries(fields).filter(([name]) => describeField(name).masked)
  // Short values occur inside ordinary words.
  const numbers = secret.flatMap(([name, value]) =>
    bare(value).length > (name === 'account_number' ? 0 : 4) ? [bare(value)] : [],
  )
  if (numbers.some((number) => bare(label).includes(number))) return { path, said: { code: 'labelNumber' } }
  return null
}
