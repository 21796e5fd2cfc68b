'use client'
import { useEffect, useEffectEvent, useState } from 'react'
import { openPush } from './push.ts'

/** Calls `onChanged` when the server says that something has changed. True while it can be relied on to. `path` null: don't listen. */
export function usePush(path: string | null, onChanged: () => void): boolean {
  const [isLive, setLive] = useState(false)
  const changed = useEffectEvent(onChanged)
  useEffect(() => {
    if (path === null) return
    const stop = openPush(path, { changed: () => changed(), live: setLive })
    return () => {
      stop()
      setLive(false)
    }
  }, [path])
  return isLive
}
