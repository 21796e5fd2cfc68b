'use client'
import { useTranslations } from 'next-intl'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Time } from '#app/_ui/time.tsx'
import type { Words } from '#lib/words/words.ts'

const second = 1000

/** ", in 42 s", ", in 3 min 20 s", ", in 5 h 12 min", ", in 4 days". */
function leftText(t: Words<'decision'>, ms: number): string {
  const seconds = Math.ceil(ms / second)
  if (seconds <= 0) return t('left.now')
  if (seconds < 60) return t('left.seconds', { s: seconds })
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return t('left.minutes', { min: minutes, s: seconds % 60 })
  const hours = Math.floor(minutes / 60)
  if (hours < 72) return t('left.hours', { h: hours, min: minutes % 60 })
  return t('left.days', { d: Math.floor(hours / 24) })
}

/**
 * Counts down to when a payment is sent. `leftMs` comes from the server and counts down by the browser's clock, which may show the wrong
 * time but not the wrong speed. At zero the page refreshes. Without scripts it shows the time.
 */
export function Countdown({ at, leftMs }: { at: Date; leftMs: number }) {
  const t = useTranslations('decision')
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
      {t.rich('countdown', {
        at: () => <Time at={at} seconds short />,
        // Screen readers read the time once, not every second.
        left: () => <span aria-hidden="true">{leftText(t, left)}</span>,
      })}
    </p>
  )
}
