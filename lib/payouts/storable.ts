/** PostgreSQL can't store NUL or half a surrogate pair, in text or in JSON. They are cut from values, never from their JSON. */

const unstorable = /[\0\p{Cs}]/u
const everyUnstorable = /[\0\p{Cs}]/gu

export const isStorable = (text: string): boolean => !unstorable.test(text)

/** The text without what can't be stored. Six characters that spell an escape (`\u0000`) are text like any other. */
export const storableText = (text: string): string =>
  isStorable(text) ? text : text.replaceAll(everyUnstorable, '')

/** The same for every text and key of plain JSON data, at any depth. */
export function storable<T>(value: T): T {
  return clean(value) as T
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), clean(inner)]))
}
