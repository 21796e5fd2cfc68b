'use client'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef } from 'react'
import { keepTypedIfLoaded } from '#app/_ui/form/typed-texts.tsx'
import { isOfOtherVersion } from '#app/_ui/page/version.ts'
import { usePush } from '#app/_ui/use-push.ts'

/** While the desk is told of nothing: fast enough to see a result arrive, slow enough that ten open desks are no load. */
const everyMs = 5_000
/** While it is: for what it isn't told of, such as a worker that has gone silent. */
const netMs = 15_000
/** Where payouts change all the time, the page still gets some rest between two refreshes, and so does the reader. */
const restMs = 1_000

/**
 * Refreshes the page when something has changed, while it is visible and nobody is typing. Without scripts people reload it. `shownAt`
 * changes with each render, so that the times count from when the last refresh has arrived. `payout`: the page is about this one.
 */
export function RefreshNow({ shownAt, payout }: { shownAt: string; payout?: string }) {
  const router = useRouter()
  const isTold = useRef(false)
  const restsUntil = useRef(0)
  const refreshIfTold = useCallback(() => {
    const isFree = document.visibilityState === 'visible' && !isTyping()
    if (!isTold.current || !isFree || performance.now() < restsUntil.current) return
    // The page says so, and waits for the person (NewVersion).
    if (isOfOtherVersion()) return
    isTold.current = false
    restsUntil.current = performance.now() + restMs
    keepTypedIfLoaded()
    router.refresh()
  }, [router])
  const isLive = usePush(deskEvents(payout), () => {
    isTold.current = true
    refreshIfTold()
  })
  useEffect(() => {
    restsUntil.current = performance.now() + restMs
    const told = setInterval(refreshIfTold, restMs)
    const anyway = setInterval(
      () => {
        isTold.current = true
      },
      isLive ? netMs : everyMs,
    )
    return () => {
      clearInterval(told)
      clearInterval(anyway)
    }
  }, [refreshIfTold, isLive, shownAt])
  return null
}

/** What a page of the desk listens to. */
export const deskEvents = (payout?: string) =>
  payout === undefined ? '/api/desk/events' : `/api/desk/events?payout=${payout}`

function isTyping(): boolean {
  const focused = document.activeElement
  return focused instanceof HTMLElement && focused.closest('form, details') !== null
}
