/** What was typed into a page, kept in this tab while its person signs in again. Codes and passwords never are. */

const key = 'typed'
/** Longer than signing in takes; whoever comes later begins again. */
const keptForMs = 15 * 60_000

type Kept = { path: string; at: number; forms: [name: string, value: string][][] }

const isText = (input: Element): input is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement =>
  input instanceof HTMLTextAreaElement ||
  input instanceof HTMLSelectElement ||
  (input instanceof HTMLInputElement && ['text', 'email', 'tel', 'search', 'number'].includes(input.type))

/** The fields of a form that hold text of a person, and no secret. */
function textsOf(form: HTMLFormElement) {
  return [...form.elements]
    .filter(isText)
    .filter(({ name, autocomplete }) => name !== '' && !/one-time-code|password/.test(autocomplete))
}

/** `path`: where the page is, with its query. */
export function keepTyped(path: string): void {
  const forms = [...document.forms].map((form) =>
    textsOf(form).map(({ name, value }): [string, string] => [name, value]),
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
    const inputs = textsOf(form)
    for (const [name, value] of texts) {
      const input = inputs.find((one) => one.name === name)
      if (!input || input.value === value) continue
      input.value = value
      input.dispatchEvent(new Event('input', { bubbles: true }))
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
