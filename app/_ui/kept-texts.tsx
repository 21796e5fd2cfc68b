'use client'
import { useEffect } from 'react'

// What people typed into the form they sent last, while its answer is awaited: should the page be lost to it, the texts are not.
// Kept in this tab's memory, and in its session storage only for one loading of the same page.
let sent: Kept | undefined

type Kept = { path: string; values: [name: string, value: string][] }
const storageKey = 'kept-texts'

type TextField = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** Fields with what a person has typed or chosen; never passwords, codes, files, or what is hidden. */
function textFields(form: ParentNode): TextField[] {
  return [...form.querySelectorAll<TextField>('input[name], textarea[name], select[name]')].filter(
    (field) => {
      if (!(field instanceof HTMLInputElement)) return true
      const isSecret = field.autocomplete === 'one-time-code' || /password|code|secret/i.test(field.name)
      return !isSecret && ['text', 'email', 'search', 'tel', 'url', 'number', 'date'].includes(field.type)
    },
  )
}

/** What was typed into the form that was sent last on this page. */
export function keptTexts(): Kept['values'] {
  return sent?.path === location.pathname ? sent.values : []
}

/** Loads the page again; its form gets back what was typed. */
export function loadAgainWithTexts(): void {
  if (sent?.path === location.pathname) sessionStorage.setItem(storageKey, JSON.stringify(sent))
  location.reload()
}

/** Once per page: remembers what is sent, and gives back what was kept over a reload. */
export function KeepTexts() {
  useEffect(() => {
    giveBack()
    const remember = ({ target }: Event) => {
      if (!(target instanceof HTMLFormElement)) return
      const values = textFields(target)
        .filter(({ value }) => value !== '')
        .map(({ name, value }): [string, string] => [name, value])
      sent = { path: location.pathname, values }
    }
    document.addEventListener('submit', remember, { capture: true })
    return () => document.removeEventListener('submit', remember, { capture: true })
  }, [])
  return null
}

function giveBack(): void {
  const kept = sessionStorage.getItem(storageKey)
  if (kept === null) return
  sessionStorage.removeItem(storageKey)
  const { path, values } = JSON.parse(kept) as Kept
  if (path !== location.pathname) return
  const fields = textFields(document)
  for (const [name, value] of values) {
    const field = fields.find((one) => one.name === name)
    if (field) setValue(field, value)
  }
}

/** As if it were typed: React listens to the event, and looks past the setter of its own. */
function setValue(field: TextField, value: string): void {
  const prototype = Object.getPrototypeOf(field) as TextField
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
}
