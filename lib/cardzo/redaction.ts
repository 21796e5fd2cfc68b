import { readFields } from './answers.ts'
import type { RawAnswer } from './verdicts.ts'

/** Dropped altogether: secrets and proofs that could be replayed. */
const secret = /^(control|authorization|oauth_signature|cvv2?|merchant_control)$/i
/** Kept to the last four characters. */
const numbers = /^(account_number|credit_card_number|card_number|iban|routing_number|account-number)$/i

/** The way back carries a token of the merchant's in its path: only the host is kept. */
const ways = /^redirect_url$/i

/** Fields fit for a log or a timeline: account and card numbers to their last four, the way back to its host,
 * secrets gone. */
export function redactFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(fields).filter(([name]) => !secret.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, redactValue(name, value)]))
}

function redactValue(name: string, value: string): string {
  if (numbers.test(name)) return lastFour(value)
  if (!ways.test(name)) return value
  return URL.canParse(value) ? `${new URL(value).origin}/…` : '…'
}

// A number of four characters or fewer would be shown whole, so it is not shown at all.
const lastFour = (value: string) => (value.length > 4 ? `…${value.slice(-4)}` : '…')

export type RedactedAnswer = {
  readonly status: number
  readonly date: string | null
  readonly durationMs: number
  /** The parsed answer, or `null` when it could not be read. */
  readonly fields: Readonly<Record<string, string>> | null
  /** The beginning of an unreadable body, so that people can see what it was. */
  readonly bodyStart: string | null
}

/** An answer as evidence for the timeline. */
export function redactAnswer(raw: RawAnswer): RedactedAnswer {
  const read = readFields(raw)
  const shared = { status: raw.status, date: raw.headers.date, durationMs: raw.durationMs }
  if (!read.ok) return { ...shared, fields: null, bodyStart: raw.received.problem ?? raw.body.slice(0, 200) }
  return { ...shared, fields: redactFields(Object.fromEntries(read.fields)), bodyStart: null }
}
