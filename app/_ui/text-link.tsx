import Link from 'next/link'
import type { ReactNode } from 'react'

/** A link on a line of its own, high enough for a thumb. Never prefetched, because every page queries the database. */
export function TextLink({
  href,
  tall = false,
  children,
}: {
  href: string
  /** As high as a button. */
  tall?: boolean
  children: ReactNode
}) {
  return (
    <Link
      href={href}
      prefetch={false}
      className={`text-link inline-flex items-center ${tall ? 'min-h-11' : 'min-h-8'}`}
    >
      {children}
    </Link>
  )
}
