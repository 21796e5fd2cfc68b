/** Text that is HTML already. Everything else is escaped when it enters a template. */
export type Html = { readonly html: string }

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string) => text.replace(/[&<>"']/g, (char) => entities[char] ?? char)

type Value = string | number | null | Html | readonly Html[]

export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  const parts = strings.map(
    (part, index) => part + (index < values.length ? render(values[index] ?? '') : ''),
  )
  return { html: parts.join('') }
}

function render(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value))
  return 'html' in value ? value.html : value.map((each) => each.html).join('')
}
