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

/**
 * Reads a form-mode answer: pairs split at `&`, decoded (`+` is a space), then trimmed of all blanks, because Cardzo
 * puts byte 0x0A behind every value. Never throws; a body that was cut or is no form says so.
 */
export function parseAnswerForm(body: string): ParsedForm {
  const pairs = body.split('&').filter((pair) => pair.trim() !== '')
  if (wasCut(pairs)) return { ok: false, detail: 'the last value has no newline: the body was cut' }
  const fields = new Map<string, string>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 0) return { ok: false, detail: 'a pair without an equals sign' }
    const name = decodeFormText(pair.slice(0, at))
    const value = decodeFormText(pair.slice(at + 1))
    if (name === undefined || value === undefined) return { ok: false, detail: 'a broken percent escape' }
    const before = fields.get(name)
    if (before !== undefined && before !== value) return { ok: false, detail: 'one field with two values' }
    fields.set(name, value)
  }
  return { ok: true, fields }
}

/**
 * When every value but the last ends in a newline, the last one lost its end: half an order id must not be taken for a
 * whole one. (Bodies seen with blanks in place of newlines prove nothing and are read as they are.)
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

function decodeFormText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ')).trim()
  } catch {
    return undefined // URIError: an escape that is cut or is no UTF-8
  }
}
