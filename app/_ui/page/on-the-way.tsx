'use client'
import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'

/** A server that does not answer for so long has failed, and the press is forgotten. */
const patienceMs = 20_000

/**
 * A bar at the top of the screen from the press of a link until its page is there, for slow networks: without a load of its own the browser
 * shows nothing. It appears after a moment, so that nothing flickers where pages are quick.
 */
export function OnTheWay() {
  const pathname = usePathname()
  const here = addressOf(pathname, useSearchParams())
  useFocusOnArrival(pathname)
  const [left, setLeft] = useState<string | null>(null)
  if (left !== null && left !== here) setLeft(null)
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      // The router prevents what it takes over, and hears of it before us.
      if (!event.defaultPrevented || !(event.target instanceof Element)) return
      const link = event.target.closest<HTMLAnchorElement>('a[href]:not([data-stays])')
      if (link !== null && addressOf(link.pathname, new URLSearchParams(link.search)) !== here) setLeft(here)
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [here])
  useEffect(() => {
    if (left === null) return
    const timer = setTimeout(() => setLeft(null), patienceMs)
    return () => clearTimeout(timer)
  }, [left])
  return left === null ? null : <div className="on-the-way" data-on-the-way />
}

/**
 * On a new page the pressed link is gone, and the focus with it. It goes to the content, so that the Tab key doesn't lead through the whole
 * header again; not where the page has placed it already.
 */
function useFocusOnArrival(pathname: string): void {
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    if (document.activeElement === document.body)
      document.getElementById('content')?.focus({ preventScroll: true })
  }, [pathname])
}

const addressOf = (path: string, query: URLSearchParams) => `${path}?${query.toString()}`
