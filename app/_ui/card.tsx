import type { ReactNode } from 'react'

/** A framed part of a page. */
export function Card({ children, className = '' }: { children: ReactNode; className?: string }) {
  return <div className={`rounded-2xl border border-line bg-surface p-5 sm:p-7 ${className}`}>{children}</div>
}

/** A titled part of a page. */
export function Section({
  id,
  title,
  aside,
  children,
}: {
  id: string
  title: string
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section aria-labelledby={id} className="mt-10 first:mt-0">
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 id={id} className="text-lg font-semibold tracking-tight">
          {title}
        </h2>
        {aside && <div className="text-sm text-ink-2">{aside}</div>}
      </div>
      {children}
    </section>
  )
}

/**
 * A narrow column for receivers, the wide desk, or a list that takes all the room there is on a screen of 1920 px. A `desk` page is narrow
 * and begins where the wide ones do, so that titles don't jump from page to page.
 */
export function Page({
  wide = false,
  full = false,
  desk = false,
  children,
}: {
  wide?: boolean
  full?: boolean
  desk?: boolean
  children: ReactNode
}) {
  const width = full ? 'max-w-[120rem]' : wide || desk ? 'max-w-6xl' : 'max-w-xl'
  // The header is as wide as a page that is `full` (app/_ui/page/site-header.tsx).
  return (
    <div data-full={full || undefined} className={`mx-auto w-full px-4 py-8 sm:px-6 sm:py-12 ${width}`}>
      {desk ? <div className="max-w-[33rem]">{children}</div> : children}
    </div>
  )
}

export function PageTitle({ children, lead }: { children: ReactNode; lead?: ReactNode }) {
  return (
    <header className="mb-8">
      <h1 className="text-[1.75rem] leading-9 font-semibold tracking-tight sm:text-3xl">{children}</h1>
      {lead && <p className="mt-2 text-ink-2">{lead}</p>}
    </header>
  )
}

/** A page's title with what can be done beside it; where there is no room, below it. */
export function TitleRow({ children }: { children: ReactNode }) {
  return (
    <div className="mb-8 flex flex-wrap items-start justify-between gap-x-6 gap-y-4 [&>header]:mb-0">
      {children}
    </div>
  )
}

/** Shown in place of an empty list. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="rounded-2xl border border-dashed border-line bg-surface px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="mx-auto mt-1 max-w-md text-[0.9375rem] text-ink-2">{children}</div>}
    </div>
  )
}
