/** A payout whose account details can't be read is not sent; all others go on. */
import type { Deps, ItemDraft, Leased, SealTrouble } from '#lib/services/ports.ts'
import type { Outcome } from './step.ts'

const lookAgainMs = 60_000

export const contentChanged: ItemDraft = {
  kind: 'content_changed',
  severity: 'critical',
  what: 'This payout was changed after it was asked for',
  why: 'Amount, receiver or destination in the database are not what was approved. Nothing is sent. Find out who changed it; reject the payout.',
}

const items = {
  key_missing: {
    kind: 'destination_unreadable',
    severity: 'high',
    what: "The account details of this payout can't be read",
    why: 'They are sealed under a key that DATA_KEYS does not hold. Nothing is sent until the key is back and the workers are restarted.',
  },
  unsealed: {
    kind: 'destination_unreadable',
    severity: 'high',
    what: "The account details of this payout can't be read",
    why: 'An older version wrote them, and they could not be sealed when this worker started. Read its log; nothing is sent until they are.',
  },
  changed: contentChanged,
} as const satisfies Record<SealTrouble, ItemDraft>

/** Null: they can be read. */
export async function waitWhileUnreadable(
  deps: Pick<Deps, 'items'>,
  { payout }: Pick<Leased, 'payout'>,
): Promise<Outcome | null> {
  if (payout.destinationTrouble === null) return null
  const said = payout.destinationTrouble
  await deps.items.openFor({ ...items[said], said }, payout)
  return { dueInMs: lookAgainMs }
}
