'use client'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { Icon } from '#app/_ui/icons.tsx'

/** The header's links on a small screen, folded away. Works without scripts; with them it closes when the page changes, and on Escape. */
export function NavMenu({ label, children }: { label: string; children: ReactNode }) {
  const menu = useRef<HTMLDetailsElement>(null)
  const pathname = usePathname()
  useEffect(() => {
    close(menu.current)
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') close(menu.current)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [pathname])
  return (
    <details ref={menu} className="group -mr-3 ml-auto lg:hidden">
      <summary className="inline-flex min-h-11 items-center gap-1.5 rounded-lg px-3 text-[0.9375rem] text-ink-2 hover:bg-sunken hover:text-ink">
        {label}
        <Icon name="chevron" className="size-3.5 rotate-90 transition-transform group-open:-rotate-90" />
      </summary>
      <div className="absolute inset-x-0 top-full z-20 hidden border-b group-open:block border-line bg-surface px-1 py-2 shadow-lg sm:px-3">
        {children}
      </div>
    </details>
  )
}

/** The focus goes back to what opened it. */
function close(menu: HTMLDetailsElement | null): void {
  if (!menu?.open) return
  if (menu.contains(document.activeElement)) menu.querySelector('summary')?.focus()
  menu.open = false
}
