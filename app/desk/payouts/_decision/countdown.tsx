'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

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
 * When a payment is sent, counting down. `leftMs` is the server's figure and runs on this browser's clock, which may be wrong in what time it
 * is but not in how time passes. When the time has come the page asks what became of it. Without scripts the time itself stands there.
 */
export function Countdown({ at, leftMs }: { at: string; leftMs: number }) {
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
      Is sent at {at}
      {/* Read out once, with the time; not every second. */}
      <span aria-hidden="true">{left > 0 ? `, in ${inWords(left)}` : ', now'}</span>
    </p>
  )
}
