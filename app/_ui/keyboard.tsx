'use client'
import { useEffect, useId, useRef } from 'react'
import { buttonClass } from './button.tsx'

/**
 * What a key does. It leads somewhere, and never decides anything: `go` follows the link with this id; `focus` goes to the field with this
 * id, or to the first one in it, and unfolds what hides it; `row` goes to the next or previous `[data-row]` of the page and focuses its
 * link; `tick` toggles the checkbox of the row that has the focus, or the first row.
 */
export type KeyAct = { go: string } | { focus: string } | { row: 1 | -1 } | 'tick'

/** `what`: for the help dialog. Keys are single characters; `?` is taken by the help itself. */
export type KeyBinding = { key: string; what: string; act: KeyAct }

export type KeyboardWords = { title: string; help: string; close: string; off: string }

/**
 * Single-key shortcuts of one page. They rest while somebody types, chooses or has a dialog open, and do nothing where their target is
 * missing. People switch them off on the account page (app/desk/_ui/keys.tsx).
 */
export function Keyboard({ keys, words }: { keys: readonly KeyBinding[]; words: KeyboardWords }) {
  const help = useRef<HTMLDialogElement>(null)
  const title = useId()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isForUs(event)) return
      if (event.key === '?') help.current?.showModal()
      else {
        const binding = keys.find(({ key }) => key === event.key.toLowerCase())
        if (!binding || !run(binding.act)) return
      }
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [keys])
  return (
    <dialog
      ref={help}
      aria-labelledby={title}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-2xl border border-line bg-surface p-6 text-ink backdrop:bg-black/50"
    >
      <h2 id={title} className="text-lg font-semibold tracking-tight">
        {words.title}
      </h2>
      <dl className="mt-4 space-y-2 text-[0.9375rem]">
        {[...keys, { key: '?', what: words.help }].map(({ key, what }) => (
          <div key={key} className="flex items-baseline gap-4">
            <dt className="w-10 shrink-0">
              <kbd className="inline-flex min-w-7 justify-center rounded-md border border-line-strong bg-sunken px-2 py-0.5 font-mono text-sm">
                {key}
              </kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-sm text-ink-2">{words.off}</p>
      <form method="dialog" className="mt-5">
        <button type="submit" className={buttonClass('secondary')}>
          {words.close}
        </button>
      </form>
    </dialog>
  )
}

/** Not while somebody types or chooses, not with a modifier, not under a dialog. */
function isForUs(event: KeyboardEvent): boolean {
  if (event.isComposing || event.defaultPrevented || event.repeat) return false
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (document.querySelector('dialog[open]') !== null) return false
  const { target } = event
  return !(target instanceof HTMLElement) || !takesKeys(target)
}

const tickable = 'input[type=checkbox]:not(:disabled)'

function takesKeys(target: HTMLElement): boolean {
  if (target.isContentEditable || target.matches('select, textarea')) return true
  // A checkbox takes the space bar and nothing else.
  return target.matches('input') && !target.matches('[type=checkbox]')
}

/** True if it led somewhere. */
function run(act: KeyAct): boolean {
  if (act === 'tick') return tick()
  if ('row' in act) return goToRow(act.row)
  const target = document.getElementById('go' in act ? act.go : act.focus)
  if (!target) return false
  if ('go' in act) target.click()
  else focusIn(target)
  return true
}

function focusIn(target: HTMLElement): void {
  const folded = target.closest('details')
  if (folded) folded.open = true
  const field = target.matches('input, textarea, select, a, button')
    ? target
    : target.querySelector<HTMLElement>('input:not([type=hidden]), textarea, select, a, button')
  const found = field ?? target
  found.scrollIntoView({ block: 'center' })
  found.focus({ preventScroll: true })
}

const rowsHere = () => [...document.querySelectorAll<HTMLElement>('[data-row]')]
const rowInFocus = (rows: readonly HTMLElement[]) =>
  rows.findIndex((row) => row.contains(document.activeElement))

function goToRow(step: 1 | -1): boolean {
  const rows = rowsHere()
  const at = rowInFocus(rows)
  const row = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step]
  const link = row?.querySelector<HTMLElement>('a')
  if (!row || !link) return false
  row.scrollIntoView({ block: 'nearest' })
  link.focus({ preventScroll: true })
  return true
}

function tick(): boolean {
  const rows = rowsHere()
  const box = rows[Math.max(0, rowInFocus(rows))]?.querySelector<HTMLElement>(tickable)
  if (!box) return false
  // A click, so that React and the form hear of it.
  box.click()
  return true
}
