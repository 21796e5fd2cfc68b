/** Limits on traffic, counted in memory. What keeps passwords and second factors safe is counted exactly: rate-limit.ts. */
import { coalesced } from '#lib/db/engine/coalesced.ts'
import type { AddTraffic } from '#lib/db/safety/traffic-store.ts'
import { storableText } from '#lib/payouts/storable.ts'
import type { Deps, Log } from '#lib/services/ports.ts'

type Traffic = Parameters<Deps['allowsTraffic']>[0]

/** Requests per key and minute. */
const limits: Record<Traffic, number> = {
  // Of one API key: far above what a merchant's system needs; this only stops a loop gone wild.
  api: 30_000,
  // Refused ones from one network: what is rightly signed does not count.
  callback: 600,
}
const windowMs = 60_000

/** How long a server keeps a count to itself, and how much of a limit at most. */
const tellAfterMs = 1000
const keptShare = 0.01

/** A flood from more networks than this is counted in part. */
const countsMax = 10_000

type Count = {
  /** Of all servers, as the database said last. */
  sum: number
  /** Ours that it is being told right now, and those that it is not. */
  telling: number
  untold: number
  /** When it starts over, on this process's clock. */
  endsAt: number
}

export type TrafficLimit = {
  allows: Deps['allowsTraffic']
  /** Tells the database what it does not know yet, and learns what other servers let through. Never throws. */
  tell: () => Promise<void>
  /** Tells the rest. */
  stop: () => Promise<void>
}

/**
 * Counts in this process and tells the database of all keys in one statement: a second after a count grew, or as soon as it grew by a
 * hundredth of its limit. So all web servers together may exceed a limit by a hundredth of it for each other server, and by what those
 * let through while one statement runs. While the database is away each server counts alone, and lets through the limit at most.
 * Past a limit it refuses from memory.
 */
export function createTrafficLimit(add: AddTraffic, log: Log, nowMs = () => performance.now()): TrafficLimit {
  const counts: Record<Traffic, Map<string, Count>> = { api: new Map(), callback: new Map() }
  /** With something untold. */
  const grown = new Map<string, Count>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const countOf = (bucket: Traffic, key: string): Count => {
    const known = counts[bucket].get(key)
    if (known && nowMs() < known.endsAt) return known
    const fresh = { sum: 0, telling: 0, untold: 0, endsAt: nowMs() + windowMs }
    counts[bucket].delete(key)
    const [oldest] = counts[bucket].keys()
    if (counts[bucket].size >= countsMax && oldest !== undefined) {
      counts[bucket].delete(oldest)
      grown.delete(oldest)
    }
    counts[bucket].set(key, fresh)
    return fresh
  }

  const soon = () => {
    if (!stopped) timer ??= setTimeout(() => telling.ask(), tellAfterMs).unref()
  }

  const tellOnce = async () => {
    clearTimeout(timer)
    timer = undefined
    const told = new Map(grown)
    grown.clear()
    if (told.size === 0) return
    for (const count of told.values()) {
      count.telling = count.untold
      count.untold = 0
    }
    try {
      const more = [...told].map(([key, { telling }]) => ({ key, points: telling }))
      for (const { key, points, msLeft } of await add(more, windowMs)) {
        const count = told.get(key)
        if (count) Object.assign(count, { sum: points, telling: 0, endsAt: nowMs() + msLeft })
      }
    } catch (error) {
      for (const [key, count] of told) {
        count.untold += count.telling
        count.telling = 0
        if (nowMs() < count.endsAt && !grown.has(key)) grown.set(key, count)
      }
      log.warn({ err: error }, 'what was let through could not be counted together with other servers')
      soon()
    }
  }

  // One statement at a time: what grows in the meantime goes with the next.
  const telling = coalesced(tellOnce)
  const tell = (): Promise<void> => {
    telling.ask()
    return telling.done()
  }

  return {
    allows(bucket, key) {
      // The column holds 255 characters.
      const name = `${bucket}:${storableText(key.slice(0, 200))}`
      const limit = limits[bucket]
      const count = countOf(bucket, name)
      if (count.sum + count.telling + count.untold >= limit) return false
      count.untold++
      grown.set(name, count)
      if (count.untold >= limit * keptShare) telling.ask()
      else soon()
      return true
    },
    tell,
    async stop() {
      stopped = true
      await tell()
      clearTimeout(timer)
    },
  }
}
