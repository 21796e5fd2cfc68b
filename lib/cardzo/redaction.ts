import { readFields } from './answers.ts'
import type { RawAnswer } from './verdicts.ts'

/** Dropped completely: secrets, and proofs that could be replayed. */
const secret = /control|authorization|signature|password|secret|token|cvv/i

/**
 * Fields that are known to be harmless, with hyphens or underscores. Any other may be an account, a card or a document, so only its last
 * four characters are kept.
 */
const harmless = new Set([
  ...['client-orderid', 'orderid', 'login', 'amount', 'currency', 'server-callback-url', 'notify-url'],
  ...['bank-name', 'bank-branch', 'bank-province', 'bank-city', 'bank-code'],
  'balance-name',
  ...[
    'type',
    'status',
    'order-stage',
    'transaction-type',
    'paynet-order-id',
    'merchant-order-id',
    'merchant-order',
  ],
  ...[
    'serial-number',
    'by-request-sn',
    'end-point-id',
    'redirect-to',
    'error-code',
    'reason-code',
    'approval-code',
  ],
  ...[
    'processor-tx-id',
    'processor-rrn',
    'receipt-id',
    'paynet-processing-date',
    'initial-amount',
    'terminal-id',
  ],
  ...['card-type', 'last-four-digits', 'gate-partial-reversal', 'gate-partial-capture'],
])
/** Who somebody is: evidence is never changed, so of these only the first character is in it. */
const personal = new Set(['first-name', 'last-name', 'name', 'email', 'phone', 'ipaddress'])
/** Also harmless, but people write into them, and a complaint may quote an account. */
const freeTexts = new Set([
  ...['order-desc', 'purpose', 'descriptor', 'original-gate-descriptor', 'comment'],
  ...['error-message', 'bank-message'],
])

/** Return addresses have one of the merchant's tokens in their path, so only the host is kept. */
const ways = /^redirect-url$/

const plain = (name: string) => name.toLowerCase().replaceAll('_', '-')

/** Fields fit for a log or a timeline: unknown ones cut to their last four characters, return addresses to their host, secrets dropped. */
export function redactFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(fields).filter(([name]) => !secret.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, redactValue(plain(name), value)]))
}

function redactValue(name: string, value: string): string {
  if (harmless.has(name)) return value
  if (personal.has(name)) return `${value.slice(0, 1)}…`
  if (freeTexts.has(name)) return maskNumbers(value)
  if (!ways.test(name)) return lastFour(value)
  return URL.canParse(value) ? `${new URL(value).origin}/…` : '…'
}

// Never more than half of it; a short value is not shown at all.
const lastFour = (value: string) =>
  `…${value.length > 4 ? value.slice(-Math.min(4, Math.floor(value.length / 2))) : ''}`

// Groups of four, as IBANs are written (a word after one is not a group); and nine digits or more, also with blanks or hyphens between
// them, unless they are a date.
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const group = '(?:[A-Z0-9]{4}|[ -](?=[A-Z]*\\d)[A-Z0-9]{4})'
const rest = '(?:[A-Z0-9]{1,4}|[ -](?=[A-Z]*\\d)[A-Z0-9]{1,4})?'
const ibanLike = new RegExp(
  `(?<![\\w-])(?!${uuid})[A-Z]{2}\\d{2}[ -]?[A-Z0-9]{4}${group}{1,6}${rest}(?![\\w-])`,
  'gi',
)
const digitRun = /(?<![\w.:-])(?!\d{4}-\d\d-\d\d)\d(?:[ -]?\d){8,}(?![\w-])/g

/** Cuts account and card numbers inside a text to their last four characters. */
export function maskNumbers(text: string): string {
  const mask = (found: string) =>
    found.replaceAll(/\D/g, '').length < 8 ? found : lastFour(found.replaceAll(/[ -]/g, ''))
  return text.replaceAll(ibanLike, mask).replaceAll(digitRun, mask)
}

/** Removes from a text what these fields must not show: an answer may quote what it was asked. */
export function hideValues(text: string, fields: Readonly<Record<string, string>>): string {
  const hidden = Object.entries(fields).filter(
    ([name, value]) => !harmless.has(plain(name)) && !freeTexts.has(plain(name)) && value.length > 4,
  )
  return hidden.reduce((rest, [, value]) => rest.replaceAll(value, lastFour(value)), text)
}

export type RedactedAnswer = {
  readonly status: number
  readonly date: string | null
  readonly durationMs: number
  /** The parsed answer, or `null` when it could not be read. */
  readonly fields: Readonly<Record<string, string>> | null
  /** The beginning of an unreadable body, as a hint for people. */
  readonly bodyStart: string | null
}

/** An answer as evidence for the timeline. */
export function redactAnswer(raw: RawAnswer): RedactedAnswer {
  const read = readFields(raw)
  const shared = { status: raw.status, date: raw.headers.date, durationMs: raw.durationMs }
  if (!read.ok) {
    const start = raw.received.problem ?? maskNumbers(withoutSecrets(raw.body).slice(0, 200))
    return { ...shared, fields: null, bodyStart: start }
  }
  return { ...shared, fields: redactFields(Object.fromEntries(read.fields)), bodyStart: null }
}

/** An unreadable body has no fields, so whatever looks like a named secret is removed. */
const withoutSecrets = (body: string) =>
  body.replaceAll(
    /((?:control|signature|password|secret|token)[\w-]*["']?\s*[=:]\s*["']?)[^\s"'&,<]+/gi,
    '$1…',
  )
