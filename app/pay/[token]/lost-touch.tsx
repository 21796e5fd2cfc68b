'use client'
import { useEffect, useState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ageText } from '#app/_ui/time.tsx'

/** The last poll failed: says that the page may be out of date, and since when. */
export function LostTouch({ since, ended }: { since: number; ended: boolean }) {
  const [now, setNow] = useState(since)
  useEffect(() => {
    const tick = () => setNow(Date.now())
    const first = setTimeout(tick)
    const timer = setInterval(tick, 5_000)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [])
  return (
    <div className="mt-4">
      {ended ? (
        <Alert tone="warn" title="This link has ended" role="status">
          <p>Open the latest mail, or sign in to see where your payout is.</p>
        </Alert>
      ) : (
        <Alert tone="warn" title="No connection to the portal" role="status">
          <p>
            Last updated {ageText(Math.max(0, now - since))} ago, trying again. Your payout goes on meanwhile.
          </p>
        </Alert>
      )}
    </div>
  )
}
