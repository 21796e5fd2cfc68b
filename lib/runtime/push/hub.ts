/**
 * One per process: hears every notice over one connection and hands it on to the open streams it concerns. It starts to listen with the
 * first stream, so only web servers do.
 */
import { readPayload } from './notice.ts'
import type { Notice } from './notice.ts'

/** What a stream hears: look again; look again and ask whether you may still; this link was revoked; end. */
export type Call = 'changed' | 'missed' | 'revoked' | 'end'

/** A receiver's page, the desk, or the desk's page of one payout. */
export type Topic = { receiverOf: string } | { desk: true } | { deskOf: string }

export type Hub = {
  /**
   * Takes on a stream. `full`: there are too many, of this process or of this address; `away`: nothing would be heard at the moment.
   * `stop` must be called when the stream has ended, also after `end`.
   */
  watch: (
    topic: Topic,
    address: string,
    hear: (call: Call) => void,
  ) => Promise<{ stop: () => void } | 'full' | 'away'>
  /** Ends every stream and takes no more. */
  close: () => void
}

export type HubOptions = {
  /** Begins to listen; the functions are called as lib/db/engine/listen.ts says. */
  listen: (onNotify: (payload: string | undefined) => void, onLost: () => void) => { stop: () => void }
  mostStreams?: number
  mostPerAddress?: number
}

/** At about 30 kB each, six hundred megabytes. */
const mostStreams = 20_000
/** A whole office or a mobile network may be behind one address. Those beyond it poll. */
const mostPerAddress = 500
/** How long a new stream waits for the connection. */
const firstWaitMs = 2_000
/** A restart of the database is not worth ending every stream; then pages poll until we hear again. */
const deafMs = 5_000
/** When everybody has to look again, this many do at a time. */
const atOnce = 100
const nextAfterMs = 100

const topicsOf = (topic: Topic): string[] => {
  if ('receiverOf' in topic) return [`receiver of ${topic.receiverOf}`]
  return ['deskOf' in topic ? `desk of ${topic.deskOf}` : 'desk', 'any desk']
}

type Stream = { hear: (call: Call) => void }

export function createHub(options: HubOptions): Hub {
  const most = options.mostStreams ?? mostStreams
  const mostFromOne = options.mostPerAddress ?? mostPerAddress
  const byTopic = new Map<string, Set<Stream>>()
  const byAddress = new Map<string, number>()
  const streams = new Set<Stream>()
  let places = 0
  let listening: { stop: () => void } | undefined
  let hearing = false
  let closed = false
  const waiting = new Set<() => void>()
  let deaf: NodeJS.Timeout | undefined

  const call = (topic: string, what: Call) => byTopic.get(topic)?.forEach(({ hear }) => hear(what))

  function handOn(notice: Notice) {
    switch (notice.about) {
      case 'payout':
        call(`receiver of ${notice.id}`, 'changed')
        call(`desk of ${notice.id}`, 'changed')
        call('desk', 'changed')
        break
      case 'timeline':
        call(`desk of ${notice.id}`, 'changed')
        break
      case 'link':
        call(`receiver of ${notice.id}`, 'revoked')
        call(`desk of ${notice.id}`, 'changed')
        break
      case 'desk':
        call('any desk', 'changed')
        break
      case 'everything':
        callInTurn([...streams], 'changed')
    }
  }

  /** So that ten thousand pages don't ask in the same moment. */
  function callInTurn(all: Stream[], what: Call) {
    for (const stream of all.slice(0, atOnce)) if (streams.has(stream)) stream.hear(what)
    if (all.length > atOnce) setTimeout(() => callInTurn(all.slice(atOnce), what), nextAfterMs).unref()
  }

  function onNotify(payload: string | undefined) {
    if (payload !== undefined) {
      readPayload(payload).forEach(handOn)
      return
    }
    hearing = true
    clearTimeout(deaf)
    waiting.forEach((go) => go())
    callInTurn([...streams], 'missed')
  }

  function onLost() {
    hearing = false
    clearTimeout(deaf)
    deaf = setTimeout(() => [...streams].forEach(({ hear }) => hear('end')), deafMs).unref()
  }

  /** True once notices are heard; false if that takes too long. */
  async function isHearing(): Promise<boolean> {
    listening ??= options.listen(onNotify, onLost)
    if (hearing) return true
    await new Promise<void>((resolve) => {
      const go = () => {
        clearTimeout(timer)
        waiting.delete(go)
        resolve()
      }
      const timer = setTimeout(go, firstWaitMs)
      waiting.add(go)
    })
    return hearing
  }

  return {
    async watch(topic, address, hear) {
      const fromHere = () => byAddress.get(address) ?? 0
      if (closed) return 'away'
      if (places >= most || fromHere() >= mostFromOne) return 'full'
      // Taken before the wait, so that no crowd gets past the limits while nothing is heard.
      places += 1
      byAddress.set(address, fromHere() + 1)
      const leave = () => {
        places -= 1
        if (fromHere() > 1) byAddress.set(address, fromHere() - 1)
        else byAddress.delete(address)
      }
      if (!(await isHearing())) {
        leave()
        return 'away'
      }
      const stream = { hear }
      const topics = topicsOf(topic)
      streams.add(stream)
      for (const name of topics) byTopic.set(name, (byTopic.get(name) ?? new Set()).add(stream))
      const stop = () => {
        if (!streams.delete(stream)) return
        leave()
        for (const name of topics) {
          const those = byTopic.get(name)
          those?.delete(stream)
          if (those?.size === 0) byTopic.delete(name)
        }
      }
      return { stop }
    },

    close() {
      closed = true
      hearing = false
      clearTimeout(deaf)
      for (const { hear } of streams) hear('end')
      waiting.forEach((go) => go())
      listening?.stop()
    },
  }
}
