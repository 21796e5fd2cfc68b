/** Claims due payouts and works on several at once, until told to stop. Knows nothing of what a step does. */
import type { Leased } from '#lib/services/ports.ts'

export type LoopOptions = {
  claim: (limit: number) => Promise<{ leased: Leased[]; nextDueInMs: number | null }>
  /** Works on one and gives it back. Must not throw. */
  work: (leased: Leased) => Promise<void>
  onError: (error: unknown) => void
  /** How many may be in hand at once. */
  maxInFlight: number
  /** Starts per second after the first second's burst. The gate keeps all workers together under the same figure. */
  maxStartsPerSecond: number
  /** Without a notification the worker looks at least this often. */
  idleMs: number
  signal: AbortSignal
}

/** A loop that can be woken. `done` resolves when everything in hand is finished after the signal. */
export function startLoop(options: LoopOptions): { wake: () => void; done: Promise<void> } {
  const bell = createBell()
  options.signal.addEventListener('abort', bell.ring)
  return { wake: bell.ring, done: run(options, bell) }
}

async function run(options: LoopOptions, bell: Bell): Promise<void> {
  const { signal, maxInFlight, idleMs } = options
  const inFlight = new Set<Promise<void>>()
  const allowance = createAllowance(options.maxStartsPerSecond)
  while (!signal.aborted) {
    const limit = Math.min(maxInFlight - inFlight.size, allowance.left())
    let waitMs = idleMs
    if (limit > 0) {
      try {
        const { leased, nextDueInMs } = await options.claim(limit)
        allowance.take(leased.length)
        for (const payout of leased) {
          const task = options.work(payout).finally(() => {
            inFlight.delete(task)
            // Whatever became due for this payout while it was in hand could not be claimed until now.
            bell.ring()
          })
          inFlight.add(task)
        }
        // A full batch means that there may be more.
        if (leased.length === limit) continue
        waitMs = Math.min(idleMs, nextDueInMs ?? idleMs)
      } catch (error) {
        // A failed claim counts as "nothing found", so that a database that is away is not asked in a spin.
        options.onError(error)
      }
    } else if (inFlight.size < maxInFlight) waitMs = allowance.nextInMs()
    await bell.wait(Math.max(waitMs, 1))
  }
  await Promise.all(inFlight)
}

type Bell = { ring: () => void; wait: (ms: number) => Promise<void> }

/** Rung while nobody waits, it is heard at once by the next who does. */
function createBell(): Bell {
  let rung = false
  let hear: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      hear?.()
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const heard = () => {
          clearTimeout(timer)
          hear = undefined
          rung = false
          resolve()
        }
        const timer = setTimeout(heard, ms)
        hear = heard
        if (rung) heard()
      }),
  }
}

/** A bucket that refills by the second. */
function createAllowance(perSecond: number) {
  let tokens = perSecond
  let at = performance.now()
  const refill = () => {
    const now = performance.now()
    tokens = Math.min(perSecond, tokens + ((now - at) / 1000) * perSecond)
    at = now
  }
  return {
    left: () => {
      refill()
      return Math.floor(tokens)
    },
    take: (count: number) => {
      tokens -= count
    },
    nextInMs: () => Math.ceil(((1 - Math.min(tokens, 1)) / perSecond) * 1000),
  }
}
