/**
 * RFC 3986 encoding as OAuth wants it: letters, digits and `-._~` stay, every other UTF-8 byte becomes `%XX`.
 * `encodeURIComponent` alone leaves `!'()*` alone. Lone surrogates become U+FFFD, as on the wire.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** An ordinary form body: space as `+`. The gateway decodes it before it verifies. */
export function writeForm(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(fields)).toString()
}

export type ParsedForm = { ok: true; fields: ReadonlyMap<string, string> } | { ok: false; detail: string }

/** The fields that decide about the payout: read exactly or not at all. All others are text for people, read as well as possible. */
const deciding = new Set([
  'type',
  'status',
  'order-stage',
  'transaction-type',
  'paynet-order-id',
  'merchant-order-id',
  'orderid',
  'order-id',
  'client_orderid',
  'amount',
  'currency',
])

/**
 * Collects the fields of one answer. A deciding field that can't be read exactly, or that has two values, makes the answer worthless.
 * Of a text field the first value counts, and what can't be decoded becomes U+FFFD.
 */
export class FieldReader {
  readonly #fields = new Map<string, string>()
  #trouble: string | null = null

  /** `exact`: undefined when the value can't be read without guessing. `readable`: the best guess. */
  add(name: string, exact: string | undefined, readable: string): void {
    const value = (exact ?? readable).toWellFormed().trim()
    const before = this.#fields.get(name)
    if (deciding.has(name)) {
      if (exact === undefined || !isExact(exact)) this.#trouble ??= `${name} cannot be read`
      if (before !== undefined && before !== value) this.#trouble ??= `${name} has two values`
    }
    if (before === undefined) this.#fields.set(name, value)
  }

  read(): ParsedForm {
    return this.#trouble === null ? { ok: true, fields: this.#fields } : { ok: false, detail: this.#trouble }
  }
}

// U+FFFD marks bytes that were not text; a lone surrogate is half a character.
const isExact = (text: string) => !text.includes('\uFFFD') && text.isWellFormed()

/**
 * Reads a form-mode answer: pairs split at `&`, decoded (`+` is a space), then trimmed, because Cardzo puts byte 0x0A behind every
 * value. Never throws; a body that is not a form is reported.
 *
 * @param isWhole false when the transport can't prove that nothing is missing: then a last value without its newline was cut
 */
export function parseAnswerForm(body: string, isWhole: boolean): ParsedForm {
  const pairs = body.split('&').filter((pair) => pair.trim() !== '')
  if (!isWhole && wasCut(pairs))
    return { ok: false, detail: 'the last value has no newline: the body was cut' }
  const reader = new FieldReader()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 0) return { ok: false, detail: 'a pair without an equals sign' }
    const name = decodeExactly(pair.slice(0, at))?.trim()
    if (name === undefined) return { ok: false, detail: 'a field whose name cannot be read' }
    const value = pair.slice(at + 1)
    reader.add(name, decodeExactly(value), decodeLeniently(value))
  }
  return reader.read()
}

/** The pairs of a form-mode answer in their order, trimmed. Null: one can't be read exactly, or the body was cut. */
export function parseAnswerPairs(body: string, isWhole: boolean): [string, string][] | null {
  const pairs = body.split('&').filter((pair) => pair.trim() !== '')
  if (!isWhole && wasCut(pairs)) return null
  const read = pairs.map((pair): [string, string] | null => {
    const at = pair.indexOf('=')
    const name = at < 0 ? undefined : decodeExactly(pair.slice(0, at))?.trim()
    const value = decodeExactly(pair.slice(at + 1))?.trim()
    return name === undefined || value === undefined || !isExact(value) ? null : [name, value]
  })
  return read.every((pair) => pair !== null) ? read : null
}

/**
 * When every value but the last ends in a newline, the last one was cut, and half an order id must not pass for a whole one. (Bodies with
 * blanks in place of newlines prove nothing and are read as they are.)
 */
function wasCut(pairs: string[]): boolean {
  const last = pairs.at(-1)
  const others = pairs.slice(0, -1)
  return (
    last !== undefined &&
    others.length > 0 &&
    others.every((pair) => pair.endsWith('\n')) &&
    !last.endsWith('\n')
  )
}

function decodeExactly(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined // URIError: a cut escape, or one that is not UTF-8.
  }
}

/** A lone `%` stays; bytes that are not UTF-8 become U+FFFD. */
const decodeLeniently = (text: string) =>
  text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'))
