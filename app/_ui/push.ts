/**
 * The browser's end of the event streams (app/_server/event-stream.ts). The stream is open while the page is visible; a stream that is
 * refused, lost or silent is opened again after a pause, and until then the page polls. One stream per address, however many listen.
 */
export type PushListener = {
  /** Something may have changed: look now. */
  changed: () => void
  /** Can this stream be relied on, so that polling may thin out? */
  live: (isLive: boolean) => void
}

/** Three signs of life. */
const silentAfterMs = 45_000
/** A proxy that keeps answers back until they are whole never lets the first event through. */
const openWithinMs = 10_000
/** Pauses double, and differ, so that not every page of a server that restarts comes back at the same moment. */
const firstPauseMs = 1_000
const longestPauseMs = 60_000

type Stream = { add: (listener: PushListener) => void; remove: (listener: PushListener) => boolean }
const streams = new Map<string, Stream>()

/** Listens until the returned function is called. */
export function openPush(path: string, listener: PushListener): () => void {
  const stream = streams.get(path) ?? startStream(path)
  streams.set(path, stream)
  stream.add(listener)
  return () => {
    if (stream.remove(listener)) streams.delete(path)
  }
}

function startStream(path: string): Stream {
  const listeners = new Set<PushListener>()
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLive = false
  let failures = 0

  const changed = () => listeners.forEach((each) => each.changed())
  const setLive = (now: boolean) => {
    if (now === isLive) return
    isLive = now
    listeners.forEach((each) => each.live(now))
  }

  function close() {
    clearTimeout(timer)
    source?.close()
    source = undefined
    setLive(false)
  }

  function lost() {
    close()
    const pause = Math.min(firstPauseMs * 2 ** failures, longestPauseMs)
    failures += 1
    timer = setTimeout(open, pause * (0.5 + Math.random()))
  }

  function heard() {
    clearTimeout(timer)
    timer = setTimeout(lost, silentAfterMs)
  }

  function open() {
    source = new EventSource(path)
    source.onerror = lost
    source.onmessage = () => {
      heard()
      changed()
    }
    source.addEventListener('alive', () => {
      heard()
      if (isLive) return
      failures = 0
      setLive(true)
      // What happened before the stream was open.
      changed()
    })
    timer = setTimeout(lost, openWithinMs)
  }

  /** A hidden page holds no connection. */
  function follow() {
    close()
    if (document.visibilityState === 'hidden') return
    changed()
    open()
  }

  return {
    add(listener) {
      listeners.add(listener)
      if (listeners.size > 1) {
        listener.live(isLive)
        return
      }
      document.addEventListener('visibilitychange', follow)
      if (document.visibilityState !== 'hidden') open()
    },
    remove(listener) {
      listeners.delete(listener)
      if (listeners.size > 0) return false
      document.removeEventListener('visibilitychange', follow)
      close()
      return true
    },
  }
}
