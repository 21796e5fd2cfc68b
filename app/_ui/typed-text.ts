/** What was typed into a page, kept in this tab while its person signs in again. Codes and passwords never are. */

const key = 'typed'
/** Longer than signing in takes; whoever comes later begins again. */
const keptForMs = 15 * 60_000

type Kept = { path: string; at: number; forms: [name: string, value: string][][] }

type TextField = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const textTypes = ['text', 'email', 'search', 'tel', 'url', 'number', 'date']

/** The named fields with what a person has typed or chosen: no secret of theirs, no file, and nothing hidden. */
export function textFields(within: ParentNode): TextField[] {
  return [...within.querySelectorAll<TextField>('input[name], textarea[name], select[name]')].filter(
    (field) =>
      !/one-time-code|password/.test(field.autocomplete) &&
      (!(field instanceof HTMLInputElement) || textTypes.includes(field.type)),
  )
}

/** As if it were typed: React looks past a setter of its own, and listens to the event. */
export function setText(field: TextField, value: string): void {
  const prototype = Object.getPrototypeOf(field) as TextField
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
}

/** `path`: where the page is, with its query. */
export function keepTyped(path: string): void {
  const forms = [...document.forms].map((form) =>
    textFields(form).map(({ name, value }): [string, string] => [name, value]),
  )
  const kept: Kept = { path, at: Date.now(), forms }
  try {
    sessionStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // A browser that keeps nothing: the way back works all the same, with empty fields.
  }
}

/** Puts back what was typed into the page at `path`, once; another page's stays. */
export function restoreTyped(path: string): void {
  const kept = readKept()
  if (kept?.path !== path) return
  sessionStorage.removeItem(key)
  if (Date.now() - kept.at > keptForMs) return
  kept.forms.forEach((texts, index) => {
    const form = document.forms[index]
    if (!form) return
    const fields = textFields(form)
    for (const [name, value] of texts) {
      const field = fields.find((one) => one.name === name)
      if (field && field.value !== value) setText(field, value)
    }
  })
}

function readKept(): Kept | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Kept | null
    return kept !== null && Array.isArray(kept.forms) ? kept : null
  } catch {
    return null
  }
}
