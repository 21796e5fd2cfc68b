/** Claims due payouts and works on many at once, until told to stop. What a step does is not its business. */
import type { Claimed, Lease, Leased } from '#lib/services/ports.ts'
import { createBell } from './bell.ts'

export type LoopOptions = {
  claim: (limit: number) => Promise<Claimed>
  /** Takes one step with it and releases its lease. Answers in how many ms it is due again; null: not known here. Must not throw. */
  work: (leased: Leased) => Promise<number | null>
  /** Keeps the payouts in hand, every `renewEveryMs`. */
  renew: (leases: Lease[]) => Promise<void>
  renewEveryMs: number
  onError: (error: unknown) => void
  /** How many payouts may be in hand at once. */
  maxInFlight: number
  /** Without a notification the worker looks at least this often. */
  idleMs: number
  signal: AbortSignal
}

/** Claims come at least this far apart: what wakes the worker and what it finishes in between is served by the next one together. */
const betweenClaimsMs = 20

/** A loop that can be woken. `inHand`: how many payouts it works on now. `done` resolves when everything in hand is finished after the signal. */
export function startLoop(options: LoopOptions): {
  wake: () => void
  inHand: () => number
  done: Promise<void>
} {
  const { signal, maxInFlight, idleMs, onError } = options
  const inFlight = new Map<Promise<void>, Lease>()
  const bell = createBell()
  /** When there is something to claim, and when the last claim was made, by the monotonic clock. */
  let lookAt = 0
  let claimedAt = 0
  const lookIn = (ms: number) => {
    const at = performance.now() + ms
    if (at >= lookAt) return
    lookAt = at
    bell.ring()
  }

  const begin = (leased: Leased) => {
    const task: Promise<void> = options.work(leased).then((dueInMs) => {
      if (inFlight.size === maxInFlight) bell.ring()
      inFlight.delete(task)
      if (dueInMs !== null) lookIn(dueInMs)
    })
    inFlight.set(task, leased.lease)
  }

  const claim = async () => {
    const room = maxInFlight - inFlight.size
    claimedAt = performance.now()
    lookAt = claimedAt + idleMs
    try {
      const { leased, nextDueInMs } = await options.claim(room)
      leased.forEach(begin)
      // After a full batch there may be more.
      lookIn(leased.length === room ? 0 : (nextDueInMs ?? idleMs))
    } catch (error) {
      // A failed claim counts as "nothing found", so that a database that is away is not asked without a pause.
      onError(error)
    }
  }

  const run = async () => {
    const renewing = setInterval(() => {
      if (inFlight.size > 0) options.renew([...inFlight.values()]).catch(onError)
    }, options.renewEveryMs)
    while (!signal.aborted) {
      const isFull = inFlight.size === maxInFlight
      const waitMs = isFull ? idleMs : Math.max(lookAt, claimedAt + betweenClaimsMs) - performance.now()
      if (waitMs > 0) await bell.wait(waitMs)
      else await claim()
    }
    await Promise.all(inFlight.keys())
    clearInterval(renewing)
  }

  signal.addEventListener('abort', bell.ring)
  return { wake: () => lookIn(0), inHand: () => inFlight.size, done: run() }
}
