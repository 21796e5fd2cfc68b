import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { TextLink } from './text-link.tsx'

/**
 * The first of two presses: it only leads to the question, by a query in the address, so that it works without scripts. `name` is the
 * query parameter that says which row is meant; `keep` are parameters that stay.
 */
export function AskFirst({
  path,
  name,
  id,
  keep = {},
  children,
}: {
  path: string
  name: string
  id: string
  keep?: Record<string, string>
  children: ReactNode
}) {
  return (
    <form method="get" action={`${path}#${name}-${id}`}>
      {Object.entries({ ...keep, [name]: id }).map(([key, value]) => (
        <input key={key} type="hidden" name={key} value={value} />
      ))}
      <Button look="quiet">{children}</Button>
    </form>
  )
}

/** The question: what would happen, the button that does it (`children`), and the way out. */
export function Confirm({
  id,
  question,
  back,
  children,
}: {
  id: string
  question: ReactNode
  back: string
  children: ReactNode
}) {
  const t = useTranslations('common')
  return (
    <div
      id={id}
      role="group"
      aria-labelledby={`${id}-question`}
      className="mt-3 scroll-mt-6 rounded-xl border border-warn/40 bg-warn-soft p-4"
    >
      <p id={`${id}-question`} className="text-[0.9375rem] leading-6">
        {question}
      </p>
      <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-2">
        {children}
        <TextLink href={back} tall>
          {t('keep')}
        </TextLink>
      </div>
    </div>
  )
}
