'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

// Quick enough to see a result arrive, slow enough that ten open desks are no load.
const everyMs = 5_000

/**
 * Draws the page anew while it is looked at and nobody is typing on it. Without scripts the browser's own reload does it.
 * `shownAt` changes with each drawing, so that the clock starts again only when the last one has arrived.
 */
export function RefreshNow({ shownAt }: { shownAt: string }) {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !isTyping()) router.refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [router, shownAt])
  return null
}

function isTyping(): boolean {
  const focused = document.activeElement
  return focused instanceof HTMLElement && focused.closest('form, details') !== null
}
