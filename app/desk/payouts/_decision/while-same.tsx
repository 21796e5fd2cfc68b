'use client'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { usePush } from '#app/_ui/use-push.ts'
import { deskEvents } from '#app/desk/_ui/refresh-now.tsx'

/** As often as other live pages poll, when they are told of nothing and when they are. */
const everyMs = 5_000
const netMs = 15_000

/**
 * Buttons that act on what was shown: once it has changed they are switched off and the page says so. What was typed stays. Without scripts
 * the server refuses what is out of date.
 */
export function WhileSame({ id, mark, children }: { id: string; mark: string; children: ReactNode }) {
  const t = useTranslations('decision.changed')
  const [present, setPresent] = useState(mark)
  const [tolds, setTolds] = useState(0)
  const isLive = usePush(deskEvents(id), () => setTolds((count) => count + 1))
  useEffect(() => {
    const asking = new AbortController()
    const ask = () => {
      if (document.visibilityState !== 'visible') return
      fetchMark(id, asking.signal).then(
        (now) => {
          if (now !== null) setPresent(now)
        },
        // Without an answer we know nothing; the next poll may have one, and the server checks in any case.
        () => undefined,
      )
    }
    if (tolds > 0) ask()
    const timer = setInterval(ask, isLive ? netMs : everyMs)
    return () => {
      clearInterval(timer)
      asking.abort()
    }
    // A new render starts again, and so does news, which a request under way may have missed.
  }, [id, mark, isLive, tolds])
  const changed = present !== mark
  return (
    <>
      <div role="alert" className="empty:hidden">
        {changed && (
          <div className="mt-5">
            <Alert tone="warn" title={t('title')}>
              <p>{t('text')}</p>
              {/* Not a router link: the page must load again, with its forms. */}
              <a href={`/desk/payouts/${id}`} className="text-link inline-flex min-h-8 items-center">
                {t('link')}
              </a>
            </Alert>
          </div>
        )}
      </div>
      <fieldset disabled={changed} className="m-0 min-w-0 border-0 p-0">
        {children}
      </fieldset>
    </>
  )
}

/** Null if there is no usable answer: signed out, or the portal is away. */
async function fetchMark(id: string, signal: AbortSignal): Promise<string | null> {
  const response = await fetch(`/desk/payouts/${id}/mark`, { signal, cache: 'no-store' })
  if (!response.ok) return null
  const answer: unknown = await response.json()
  const mark = typeof answer === 'object' && answer !== null && 'mark' in answer ? answer.mark : null
  return typeof mark === 'string' ? mark : null
}
