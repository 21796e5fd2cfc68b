'use client'
import { useEffect, useRef } from 'react'
import type { FormState } from './form-state.ts'

/** The summary above a form that was sent back: what is wrong, each with a link to its field. Takes the focus when it comes up. */
export function FormProblems({
  state,
  labels,
  startAnew,
}: {
  state: FormState
  /** By input name; a problem with something that is no input of this form stands without a link. */
  labels: Record<string, string>
  /** Where a fresh form is, for one that was used before. */
  startAnew: string
}) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state.message !== null) box.current?.focus()
  }, [state])
  if (state.message === null) return null
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="rounded-xl border border-bad/40 bg-bad-soft p-4 text-[0.9375rem] leading-6"
    >
      <p className="font-medium text-ink">{state.message}</p>
      <ul className="mt-1 list-disc pl-5 text-ink-2 marker:text-bad empty:hidden">
        {Object.entries(state.problems).map(([name, text]) => (
          <li key={name}>
            {labels[name] === undefined ? (
              text
            ) : (
              <a href={`#${name}`} className="underline underline-offset-3">
                {text.startsWith(labels[name]) ? text : `${labels[name]}: ${text}`}
              </a>
            )}
          </li>
        ))}
      </ul>
      {state.first !== null && (
        <p className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
          <a href={state.first} className="text-link">
            Open the first request
          </a>
          <a href={startAnew} className="text-link">
            Start a new one
          </a>
        </p>
      )}
    </div>
  )
}
