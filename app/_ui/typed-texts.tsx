'use client'
import { usePathname } from 'next/navigation'
import { useEffect } from 'react'

// What people typed is not lost when the page is: because their session ended, or because its form belongs to a version of the portal
// that is gone. It stays in this tab, and in its session storage only until the same page is there again.

const storageKey = 'typed-texts'
/** Longer than signing in takes; people who come back later begin again. */
const keptForMs = 15 * 60_000

type Texts = [name: string, value: string][]
/** `path`: of the page, with its query. `forms`: those with texts, in their order on the page. */
type Typed = { path: string; at: number; forms: Texts[] }

/** The page as it was when a form was last sent from it, and that form's own texts. */
let lastSent: { page: Typed; texts: Texts } | undefined

type TextField = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** The fields of a form that hold what a person has typed or chosen; never passwords, codes, files, or what is hidden. */
function textFields(form: HTMLFormElement): TextField[] {
  return [...form.querySelectorAll<TextField>('input[name], textarea[name], select[name]')].filter(
    (field) => !isSecret(field) && !(field instanceof HTMLInputElement && !typed.has(field.type)),
  )
}

const typed = new Set(['text', 'email', 'search', 'tel', 'url', 'number', 'date'])
const isSecret = ({ name, autocomplete }: TextField) =>
  /one-time-code|password/.test(autocomplete) || /^code$|password|secret/i.test(name)

const textsOf = (form: HTMLFormElement): Texts => textFields(form).map(({ name, value }) => [name, value])

const here = () => location.pathname + location.search

const wholePage = (): Typed => ({
  path: here(),
  at: Date.now(),
  forms: [...document.forms].map(textsOf).filter((texts) => texts.length > 0),
})

/** Keeps what the page shows until it is there again, in this tab. */
export const keepTyped = () => store(wholePage())

/** What was typed into the form that was last sent from this page. */
export const sentTexts = (): Texts =>
  lastSent?.page.path === here() ? lastSent.texts.filter(([, value]) => value !== '') : []

/** Loads the page again; its forms get back what they held when one was last sent. */
export function loadAgainWithTexts(): void {
  if (lastSent?.page.path === here()) store({ ...lastSent.page, at: Date.now() })
  location.reload()
}

/** Once per page, after its forms: remembers what is sent, and gives back what was kept. */
export function KeepTyped() {
  const pathname = usePathname()
  useEffect(giveBack, [pathname])
  useEffect(() => {
    const remember = ({ target }: Event) => {
      if (target instanceof HTMLFormElement) lastSent = { page: wholePage(), texts: textsOf(target) }
    }
    document.addEventListener('submit', remember, { capture: true })
    return () => document.removeEventListener('submit', remember, { capture: true })
  }, [])
  return null
}

function store(page: Typed): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(page))
  } catch {
    // A browser that keeps nothing: the way back works all the same, with empty fields.
  }
}

/** Once; what was kept of another page stays, until it is too old for any. */
function giveBack(): void {
  const kept = readStored()
  if (kept === null) return
  const isOver = Date.now() - kept.at > keptForMs
  if (isOver || kept.path === here()) sessionStorage.removeItem(storageKey)
  if (isOver || kept.path !== here()) return
  const forms = [...document.forms].map(textFields)
  for (const texts of kept.forms) {
    // The page may show more or fewer forms than before: what tells them apart is what they ask for.
    const index = forms.findIndex((fields) =>
      texts.every(([name]) => fields.some((field) => field.name === name)),
    )
    const [fields = []] = index < 0 ? [] : forms.splice(index, 1)
    for (const [name, value] of texts) {
      const field = fields.find((one) => one.name === name)
      if (field && field.value !== value) setValue(field, value)
    }
  }
}

function readStored(): Typed | null {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Typed | null
  } catch {
    return null
  }
}

/** As if it were typed: React listens to the event, and looks past the setter of its own. */
function setValue(field: TextField, value: string): void {
  const prototype = Object.getPrototypeOf(field) as TextField
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
}
