'use client'
import { usePathname } from 'next/navigation'
import { useEffect } from 'react'

// Keeps what people typed when the page is lost: because their session ended, or because its form belongs to an older version of the
// portal. It stays in this tab's session storage until the same page is open again.

const storageKey = 'typed-texts'
/** Longer than signing in takes. */
const keptForMs = 15 * 60_000

type Texts = [name: string, value: string][]
/** `path` is the page's, with its query; `forms` are those with texts, in page order. */
type Typed = { path: string; at: number; forms: Texts[] }

/** The page when a form was last sent from it, and that form's texts. */
let lastSent: { page: Typed; texts: Texts } | undefined

type TextField = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** The fields of a form that a person types or chooses; never passwords, codes, files or hidden ones. */
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

/** Stores the page's texts until it is open again in this tab. */
export const keepTyped = () => store(wholePage())

/** The texts of the form that was last sent from this page. */
export const sentTexts = (): Texts =>
  lastSent?.page.path === here() ? lastSent.texts.filter(([, value]) => value !== '') : []

/** Reloads the page; its forms get back what they held when one was last sent. */
export function loadAgainWithTexts(): void {
  if (lastSent?.page.path === here()) store({ ...lastSent.page, at: Date.now() })
  location.reload()
}

/**
 * To be called before a refresh. The framework makes it a load when the server that answers runs another version; then what is typed, but
 * in no form that was sent, is back on the page that comes.
 */
export const keepTypedIfLoaded = () => {
  refreshedAt = Date.now()
}
let refreshedAt = -Infinity
/** Longer than a refresh takes, and than the page that follows. */
const refreshMs = 20_000

function keepAtLoad(): void {
  const hasText = [...document.forms].flatMap(textFields).some(isChanged)
  if (Date.now() - refreshedAt > refreshMs || !hasText) return
  store({ ...wholePage(), at: Date.now() - keptForMs + refreshMs })
}

const isChanged = (field: TextField): boolean =>
  field instanceof HTMLSelectElement
    ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue

/** Once per page, after its forms: remembers what is sent, and restores what was stored. */
export function KeepTyped() {
  const pathname = usePathname()
  useEffect(giveBack, [pathname])
  useEffect(() => {
    const remember = ({ target }: Event) => {
      if (target instanceof HTMLFormElement) lastSent = { page: wholePage(), texts: textsOf(target) }
    }
    document.addEventListener('submit', remember, { capture: true })
    addEventListener('pagehide', keepAtLoad)
    return () => {
      document.removeEventListener('submit', remember, { capture: true })
      removeEventListener('pagehide', keepAtLoad)
    }
  }, [])
  return null
}

function store(page: Typed): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(page))
  } catch {
    // A browser that stores nothing still leads back, with empty fields.
  }
}

/** Restores texts once; those of another page stay until they are too old. */
function giveBack(): void {
  const kept = readStored()
  if (kept === null) return
  const isOver = Date.now() - kept.at > keptForMs
  if (isOver || kept.path === here()) sessionStorage.removeItem(storageKey)
  if (isOver || kept.path !== here()) return
  const forms = [...document.forms].map(textFields)
  for (const texts of kept.forms) {
    // The page may have more or fewer forms than before; they are matched by their fields.
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

/** As if it were typed: React listens to the event, and needs the native setter. */
function setValue(field: TextField, value: string): void {
  const prototype = Object.getPrototypeOf(field) as TextField
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
}
