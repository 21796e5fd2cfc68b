'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'

/** A link in the header, marked when it leads to the current page. */
export function NavLink({ href, label }: { href: string; label: string }) {
  const here = usePathname() === href.split('?')[0]
  return (
    <Link
      href={href}
      prefetch={false}
      {...(here && { 'aria-current': 'page' })}
      className={`inline-flex min-h-11 items-center rounded-lg px-3 text-[0.9375rem] whitespace-nowrap transition-colors hover:bg-sunken ${
        here ? 'font-medium text-ink' : 'text-ink-2'
      }`}
    >
      {label}
    </Link>
  )
}
