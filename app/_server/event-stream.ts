/**
 * Server-sent events that say "changed" and nothing else: the page then asks as it always did. A browser shows a page nothing of
 * comments, so the sign of life is an event too: without it the page knows that its line is dead.
 */
import type { Call, Topic } from '#lib/runtime/push/hub.ts'
import { getHub } from './deps.ts'
import { problem } from './problem.ts'

/** Proxies cut a line that is quiet for longer; nginx after a minute, some phone networks after half of one. */
const aliveEveryMs = 15_000
/** Several changes within this time are one event. */
const togetherMs = 100
/** After about half an hour a stream ends and the page opens another: balancers spread them again, and rights are asked again. */
const mostBeats = 120
/** Of a reader that takes nothing no more than this many events wait, at most 40 bytes each. */
const mostUnread = 4

const encoder = new TextEncoder()
const changed = encoder.encode('data: changed\n\n')
const alive = encoder.encode('event: alive\ndata: -\n\n')

export const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Compression would keep events back.
  'Cache-Control': 'no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
  // When it ends, so does its connection: a server that stops waits for none.
  Connection: 'close',
}

type Rights = {
  /** May this caller still hear? Asked when something may have been missed, and, with `eachBeat`, at each sign of life. */
  still: () => Promise<boolean>
  eachBeat: boolean
}

/** A stream about `topic`; 503 when there are too many or nothing is heard at the moment, and the page polls. */
export async function eventStream(
  request: Request,
  topic: Topic,
  rights: Rights,
  more: Record<string, string> = {},
): Promise<Response> {
  const hub = await getHub()
  const line = createLine(rights)
  const address = request.headers.get('x-client-ip') ?? ''
  const watch = await hub.watch(topic, address, line.hear)
  if (watch === 'full' || watch === 'away') {
    line.end()
    return problem('unavailable')
  }
  line.onEnd(watch.stop)
  request.signal.addEventListener('abort', line.end, { once: true })
  if (request.signal.aborted) line.end()
  return new Response(line.body, { headers: { ...streamHeaders, ...more } })
}

function createLine({ still, eachBeat }: Rights) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let ended = false
  let stopWatching: (() => void) | undefined
  let untold = false
  let together: NodeJS.Timeout | undefined
  // Not all at the same time, after a restart.
  let beats = Math.floor((Math.random() * mostBeats) / 4)

  const hasRoom = () => !ended && (controller?.desiredSize ?? 0) > 0

  /** Now, unless one has just left: then once more when its time is over. */
  function tell() {
    untold = true
    if (together === undefined) tellNow()
  }
  function tellNow() {
    together = undefined
    if (!untold || !hasRoom()) return
    untold = false
    together = setTimeout(tellNow, togetherMs)
    controller?.enqueue(changed)
  }

  function end() {
    if (ended) return
    ended = true
    clearInterval(heart)
    clearTimeout(together)
    stopWatching?.()
    try {
      controller?.close()
    } catch {
      // The reader has gone and closed it already.
    }
  }

  const endUnlessAllowed = () =>
    still().then(
      (allowed) => {
        if (!allowed) end()
      },
      // The database does not say: the page asks for itself.
      end,
    )

  const heart = setInterval(() => {
    beats += 1
    if (beats > mostBeats) {
      end()
      return
    }
    if (hasRoom()) controller?.enqueue(alive)
    if (eachBeat) void endUnlessAllowed()
  }, aliveEveryMs)
  heart.unref()

  const body = new ReadableStream<Uint8Array>(
    {
      start(its) {
        controller = its
        // At once, so that the page knows that nothing on the way keeps events back.
        its.enqueue(alive)
      },
      // There is room again.
      pull: () => (together === undefined ? tellNow() : undefined),
      cancel: end,
    },
    new CountQueuingStrategy({ highWaterMark: mostUnread }),
  )

  return {
    body,
    end,
    onEnd: (stop: () => void) => {
      stopWatching = stop
      if (ended) stop()
    },
    hear: (call: Call) => {
      if (call === 'end') end()
      else tell()
      if (call === 'missed') void endUnlessAllowed()
      if (call !== 'revoked') return
      // The last word, even if one has just left.
      clearTimeout(together)
      tellNow()
      end()
    },
  }
}
