'use client'
import { useEffect } from 'react'
import { setText, textFields } from './typed-text.ts'

// What people typed into the form they sent last, while its answer is awaited: should the page be lost to it, the texts are not.
// Kept in this tab's memory, and in its session storage only for one loading of the same page.
let sent: Kept | undefined

type Kept = { path: string; values: [name: string, value: string][] }
const storageKey = 'kept-texts'

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
    if (field) setText(field, value)
  }
}
