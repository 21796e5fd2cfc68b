import Link from 'next/link'
import type { ReactNode } from 'react'
import { Icon } from '#app/_ui/icons.tsx'

/** Above the title of a page: back to the list it belongs to. Not printed. */
export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="screen-only -mt-3 mb-2 inline-flex min-h-11 items-center gap-2 text-sm text-ink-2 hover:text-ink"
    >
      <Icon name="back" />
      {children}
    </Link>
  )
}
