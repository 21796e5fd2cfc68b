'use client'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Account } from '#app/_ui/amount.tsx'
import { Time } from '#app/_ui/time.tsx'

export type SavedDestination = {
  id: string
  label: string
  last4: string | null
  /** ISO; null if it can be used now. */
  usableFrom: string | null
}

/** A saved destination, or another one: its value is empty, and its fields are shown only while it is chosen (by CSS, so without scripts too). */
export function DestinationChoice({
  saved,
  chosen,
  problem,
  onChoose,
}: {
  saved: readonly SavedDestination[]
  chosen: string
  problem: string | undefined
  onChoose: (id: string) => void
}) {
  const t = useTranslations('withdraw')
  return (
    // A new key when the choice changes, because a form reset would otherwise bring back the first one.
    <fieldset key={chosen} id="savedId" {...(problem && { 'aria-describedby': 'savedId-problem' })}>
      <legend className="mb-1.5 text-[0.9375rem] font-medium">{t('to')}</legend>
      <div className="divide-y divide-line overflow-hidden rounded-lg border border-line-strong">
        {saved.map(({ id, label, last4, usableFrom }) => (
          <Choice key={id} value={id} isChosen={id === chosen} onChoose={onChoose}>
            <span>
              <bdi>{label}</bdi>
            </span>
            <span className="ml-2 text-ink-2">
              {last4 !== null && !label.includes(last4) && <Account last4={last4} />}
            </span>
            <span className="block text-sm text-ink-2 empty:hidden">
              {usableFrom !== null && t.rich('usableFrom', { at: () => <Time key="at" at={usableFrom} /> })}
            </span>
          </Choice>
        ))}
        <Choice value="" isChosen={chosen === ''} onChoose={onChoose}>
          {t('another')}
        </Choice>
      </div>
      {problem && (
        <p id="savedId-problem" className="mt-1.5 text-sm text-bad">
          <bdi>{problem}</bdi>
        </p>
      )}
    </fieldset>
  )
}

function Choice({
  value,
  isChosen,
  onChoose,
  children,
}: {
  value: string
  isChosen: boolean
  onChoose: (value: string) => void
  children: ReactNode
}) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 px-3.5 py-2 has-checked:bg-sunken">
      <input
        type="radio"
        name="savedId"
        value={value}
        defaultChecked={isChosen}
        onChange={() => onChoose(value)}
        className="size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 break-words">{children}</span>
    </label>
  )
}
