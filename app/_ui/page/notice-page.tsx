import type { ReactNode } from 'react'
import { Contact } from '#app/_ui/contact.tsx'
import { Page } from '#app/_ui/card.tsx'

/** A page that says one thing and where to go next. */
export function NoticePage({
  title,
  children,
  next,
}: {
  title: string
  children: ReactNode
  next?: ReactNode
}) {
  return (
    <Page>
      <div className="py-8 sm:py-16">
        <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
        <div className="mt-3 text-lg leading-8 text-ink-2">{children}</div>
        {next && <div className="mt-8 flex flex-wrap gap-3">{next}</div>}
        <Contact className="mt-8" />
      </div>
    </Page>
  )
}
