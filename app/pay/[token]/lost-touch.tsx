'use client'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { ageText } from '#app/_ui/age.ts'

/** The last poll failed: says that the page may be out of date, and since when. */
export function LostTouch({ since, ended }: { since: number; ended: boolean }) {
  const [t, common] = [useTranslations('pay.lost'), useTranslations('common')]
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
        <Alert tone="warn" title={t('endedTitle')} role="status">
          <p>{t('endedText')}</p>
        </Alert>
      ) : (
        <Alert tone="warn" title={t('offlineTitle')} role="status">
          <p>{t('offlineText', { age: ageText(common, Math.max(0, now - since)) })}</p>
        </Alert>
      )}
    </div>
  )
}
