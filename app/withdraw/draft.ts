/**
 * The unfinished request, kept in the browser so that a closed tab loses nothing and the same form sent again leads to the same payout.
 * No account number is kept: others may use the browser.
 */
import { describeField } from '#lib/payouts/fields.ts'

export type Draft = {
  formId: string
  userId: string
  values: Record<string, string>
  /** It was sent, and no answer to it was seen. */
  isSent: boolean
  /** Milliseconds since 1970, by this browser. */
  at: number
}

const storageKey = 'withdrawal'
const keptForMs = 24 * 3600_000

/** The draft of this person, if there is one and it is not too old. Another person's is deleted. */
export function readDraft(userId: string, now = Date.now(), storage = localStorage): Draft | null {
  const draft = parse(storage.getItem(storageKey))
  if (draft === null) return null
  if (draft.userId === userId && now - draft.at < keptForMs) return draft
  storage.removeItem(storageKey)
  return null
}

export function keepDraft(draft: Draft, storage = localStorage): void {
  const values = Object.entries(draft.values).filter(
    ([name, value]) => value !== '' && (isOurs(name) || !describeField(name).masked),
  )
  storage.setItem(storageKey, JSON.stringify({ ...draft, values: Object.fromEntries(values) }))
}

export const forgetDraft = (storage = localStorage) => storage.removeItem(storageKey)

/** Inputs that are not gateway fields. */
const isOurs = (name: string) => ['amount', 'currency', 'savedId'].includes(name)

function parse(text: string | null): Draft | null {
  try {
    const read: unknown = JSON.parse(text ?? 'null')
    return isDraft(read) ? read : null
  } catch {
    // Not ours, or cut short.
    return null
  }
}

const isDraft = (read: unknown): read is Draft =>
  typeof read === 'object' &&
  read !== null &&
  'formId' in read &&
  typeof read.formId === 'string' &&
  'userId' in read &&
  'values' in read &&
  typeof read.values === 'object' &&
  read.values !== null &&
  Object.values(read.values).every((value) => typeof value === 'string') &&
  'isSent' in read &&
  typeof read.isSent === 'boolean' &&
  'at' in read &&
  typeof read.at === 'number'
