'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** A moment after the change, for clocks that differ a little. */
const marginMs = 200

/** Loads the page again when its codes have changed; `now` says that they have. */
export function RenewAt({ inMs, now }: { inMs: number; now: string }) {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), inMs + marginMs)
    return () => clearInterval(timer)
  }, [router, inMs, now])
  return null
}
