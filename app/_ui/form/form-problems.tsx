'use client'
import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { hasChanged } from './form-state.ts'
import type { FormState } from './form-state.ts'
import { SignInAgain } from './sign-in-again.tsx'

/** The summary above a form that was sent back: what is wrong, each with a link to its field. Takes the focus when it appears. */
export function FormProblems({
  state,
  labels = {},
  title,
  startOver,
  oneField = false,
}: {
  state: FormState<unknown>
  /** By input name; a problem with something that is not an input of this form has no link. */
  labels?: Record<string, string>
  /** What did not happen, above the reason. */
  title?: string
  /** Where a fresh form is, for one that was used before. */
  startOver?: string
  /** The form has one field: what is wrong with it is shown beside it alone, and the field takes the focus. */
  oneField?: boolean
}) {
  const t = useTranslations('common.form')
  const box = useRef<HTMLDivElement>(null)
  const pathname = usePathname()
  useEffect(() => {
    if (state.message === null) return
    const [field = ''] = Object.keys(state.problems)
    const focused = box.current ?? document.getElementById(field)
    focused?.focus()
  }, [state])
  if (state.message === null || (oneField && Object.keys(state.problems).length > 0)) return null
  const changed = hasChanged(state)
  const heading = changed ? (title === undefined ? t('changed') : t('changedTitle', { title })) : title
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="rounded-xl border border-bad/40 bg-bad-soft p-4 text-[0.9375rem] leading-6"
    >
      {heading !== undefined && <p className="font-medium text-ink">{heading}</p>}
      <p className={heading === undefined ? 'font-medium text-ink' : 'text-ink-2'}>
        <bdi>{state.message}</bdi>
      </p>
      <ul className="mt-1 list-disc pl-5 text-ink-2 marker:text-bad empty:hidden">
        {Object.entries(state.problems).map(([name, text]) => (
          <li key={name}>
            <Problem name={name} text={text} label={labels[name]} />
          </li>
        ))}
      </ul>
      {state.code === 'unauthorized' && <SignInAgain />}
      {changed && (
        <a href={pathname} className="text-link inline-flex min-h-8 items-center">
          {t('showNow')}
        </a>
      )}
      {state.first !== null && (
        <p className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
          <a href={state.first} className="text-link">
            {t('openFirst')}
          </a>
          {startOver !== undefined && (
            <a href={startOver} className="text-link">
              {t('startNew')}
            </a>
          )}
        </p>
      )}
    </div>
  )
}

function Problem({ name, text, label }: { name: string; text: string; label: string | undefined }) {
  if (label === undefined) return <bdi>{text}</bdi>
  return (
    <a href={`#${name}`} className="underline underline-offset-3">
      <bdi>{text.startsWith(label) ? text : `${label}: ${text}`}</bdi>
    </a>
  )
}
