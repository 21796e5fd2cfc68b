import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'

// 44 px high, for thumbs (WCAG 2.5.5).
const shape =
  'inline-flex min-h-11 items-center justify-center gap-2 rounded-lg text-[0.9375rem] font-medium ' +
  'transition-colors duration-150 disabled:cursor-progress disabled:opacity-60 aria-disabled:cursor-progress aria-disabled:opacity-60'

const looks = {
  // Its border is seen only where colours are forced, which takes the background away.
  primary: 'border border-transparent px-5 bg-accent text-accent-ink hover:bg-accent-hover',
  secondary: 'border border-line-strong px-5 bg-surface text-ink hover:bg-sunken',
  danger: 'border border-bad px-5 bg-surface text-bad hover:bg-bad-soft',
  quiet: 'px-3 text-ink-2 hover:bg-sunken hover:text-ink',
} as const

export type Look = keyof typeof looks

/** The classes of a button, for an element that is neither of the two below. */
export const buttonClass = (look: Look = 'primary') => `${shape} ${looks[look]}`

export function Button({
  look = 'primary',
  className = '',
  ...rest
}: ComponentProps<'button'> & { look?: Look }) {
  return <button type="submit" {...rest} className={`${buttonClass(look)} ${className}`} />
}

/** A link inside the portal that looks like a button. Never prefetched, because every page queries the database. */
export function ButtonLink({
  href,
  look = 'primary',
  children,
}: {
  href: string
  look?: Look
  children: ReactNode
}) {
  return (
    <Link href={href} prefetch={false} className={buttonClass(look)}>
      {children}
    </Link>
  )
}
