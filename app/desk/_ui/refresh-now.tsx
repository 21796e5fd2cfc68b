'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

// Fast enough to see a result arrive, slow enough that ten open desks are no load.
const everyMs = 5_000

/**
 * Refreshes the page while it is visible and nobody is typing. Without scripts people reload it. `shownAt` changes with each render, so
 * that the timer restarts only when the last refresh has arrived.
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
