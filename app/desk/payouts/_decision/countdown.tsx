'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Time } from '#app/_ui/time.tsx'

const second = 1000

/** "42 s", "3 min 20 s", "5 h 12 min". */
function inWords(ms: number): string {
  const seconds = Math.ceil(ms / second)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/**
 * Counts down to when a payment is sent. `leftMs` comes from the server and counts down by the browser's clock, which may show the wrong
 * time but not the wrong speed. At zero the page refreshes. Without scripts it shows the time.
 */
export function Countdown({ at, leftMs }: { at: Date; leftMs: number }) {
  const router = useRouter()
  const [left, setLeft] = useState(leftMs)
  useEffect(() => {
    const end = performance.now() + leftMs
    const timer = setInterval(() => {
      const now = Math.max(0, end - performance.now())
      setLeft(now)
      if (now === 0) router.refresh()
    }, second)
    return () => clearInterval(timer)
  }, [leftMs, router])
  return (
    <p className="font-medium">
      Is sent at <Time at={at} seconds short />
      {/* Screen readers read the time once, not every second. */}
      <span aria-hidden="true">{left > 0 ? `, in ${inWords(left)}` : ', now'}</span>
    </p>
  )
}
