'use client'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { keepTyped } from '#app/_ui/form/typed-texts.tsx'
import { judgeVersion } from './version.ts'

const askEveryMs = 60_000

/**
 * Says that the servers run another version than this page is of, which may have been open for days. Never reloads by itself; what is typed
 * is back after the reload that the person asks for.
 */
export function NewVersion({ version }: { version: string }) {
  const t = useTranslations('crash.newer')
  const [isNewer, setNewer] = useState(false)
  useEffect(() => {
    const ask = async () => {
      if (document.visibilityState !== 'visible') return
      const answer = await fetch('/api/health/live', { method: 'HEAD', cache: 'no-store' }).catch(() => null)
      setNewer(judgeVersion(version, answer?.headers.get('X-Portal-Version') ?? null))
    }
    const timer = setInterval(() => void ask(), askEveryMs)
    const whenSeen = () => void ask()
    document.addEventListener('visibilitychange', whenSeen)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', whenSeen)
    }
  }, [version])
  return (
    <div aria-live="polite" className="sticky bottom-0 z-10 print:hidden">
      {isNewer && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-info/30 bg-info-soft px-4 py-3 text-[0.9375rem] leading-6 sm:px-6">
          <p className="min-w-0 flex-1 basis-60">
            <span className="font-medium text-ink">{t('title')}</span>{' '}
            <span className="text-ink-2">{t('text')}</span>
          </p>
          <Button
            type="button"
            look="secondary"
            onClick={() => {
              keepTyped()
              location.reload()
            }}
          >
            {t('reload')}
          </Button>
        </div>
      )}
    </div>
  )
}
