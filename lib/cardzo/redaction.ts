import { readFields } from './answers.ts'
import type { RawAnswer } from './verdicts.ts'

/** Dropped altogether: secrets and proofs that could be replayed. */
const secret = /control|authorization|signature|password|secret|token|cvv/i

/**
 * The fields that are known to say nothing secret, hyphens and underscores alike. Whatever is not here may be an account, a card or a
 * document: it is kept to its last four characters.
 */
const harmless = new Set([
  ...['client-orderid', 'orderid', 'login', 'amount', 'currency', 'server-callback-url', 'notify-url'],
  ...['ipaddress', 'bank-name', 'bank-branch', 'bank-province', 'bank-city', 'bank-code'],
  ...['first-name', 'last-name', 'name', 'email', 'phone'],
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
/** Harmless too, but people write into them, and a complaint may quote what it is about. */
const freeTexts = new Set([
  ...['order-desc', 'purpose', 'descriptor', 'original-gate-descriptor', 'comment'],
  ...['error-message', 'bank-message'],
])

/** The way back carries a token of the merchant's in its path: only the host is kept. */
const ways = /^redirect-url$/

const plain = (name: string) => name.toLowerCase().replaceAll('_', '-')

/** Fields fit for a log or a timeline: what is not known to be harmless to its last four, the way back to its host, secrets gone. */
export function redactFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(fields).filter(([name]) => !secret.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, redactValue(plain(name), value)]))
}

function redactValue(name: string, value: string): string {
  if (harmless.has(name)) return value
  if (freeTexts.has(name)) return maskNumbers(value)
  if (!ways.test(name)) return lastFour(value)
  return URL.canParse(value) ? `${new URL(value).origin}/…` : '…'
}

// Never more than half of it: what is short is not shown at all.
const lastFour = (value: string) =>
  `…${value.length > 4 ? value.slice(-Math.min(4, Math.floor(value.length / 2))) : ''}`

// Groups of four, as IBANs are written (a word behind one is none); and nine digits or more, also with blanks or hyphens between them, that
// are no date.
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const group = '(?:[A-Z0-9]{4}|[ -](?=[A-Z]*\\d)[A-Z0-9]{4})'
const rest = '(?:[A-Z0-9]{1,4}|[ -](?=[A-Z]*\\d)[A-Z0-9]{1,4})?'
const ibanLike = new RegExp(
  `(?<![\\w-])(?!${uuid})[A-Z]{2}\\d{2}[ -]?[A-Z0-9]{4}${group}{1,6}${rest}(?![\\w-])`,
  'gi',
)
const digitRun = /(?<![\w.:-])(?!\d{4}-\d\d-\d\d)\d(?:[ -]?\d){8,}(?![\w-])/g

/** Account and card numbers inside a text, to their last four characters. */
export function maskNumbers(text: string): string {
  const mask = (found: string) =>
    found.replaceAll(/\D/g, '').length < 8 ? found : lastFour(found.replaceAll(/[ -]/g, ''))
  return text.replaceAll(ibanLike, mask).replaceAll(digitRun, mask)
}

/** Takes out of a text whatever these fields must not show: an answer may quote what it was asked about. */
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
  /** The beginning of an unreadable body, so that people can see what it was. */
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

/** An unreadable body has no fields to go by: whatever looks like a named secret goes. */
const withoutSecrets = (body: string) =>
  body.replaceAll(
    /((?:control|signature|password|secret|token)[\w-]*["']?\s*[=:]\s*["']?)[^\s"'&,<]+/gi,
    '$1…',
  )
