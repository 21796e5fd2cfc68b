'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Often enough to notice a result; the status page itself is told at once. */
const everyMs = 10_000

/** Asks for the list again while something on it is under way and the page is visible. */
export function RefreshWhileOpen() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [router])
  return null
}
