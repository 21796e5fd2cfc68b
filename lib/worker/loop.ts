/** Claims due payouts and works on several at once, until told to stop. What a step does is not its business. */
import type { Leased } from '#lib/services/ports.ts'

export type LoopOptions = {
  claim: (limit: number) => Promise<{ leased: Leased[]; nextDueInMs: number | null }>
  /** Takes one step with it and releases its lease. Must not throw. */
  work: (leased: Leased) => Promise<void>
  onError: (error: unknown) => void
  /** How many payouts may be in hand at once. */
  maxInFlight: number
  /** Payouts begun per second, after a first burst of as many. The gate keeps all workers together below the same figure. */
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
            // What became due for this payout while it was in hand can be claimed only now.
            bell.ring()
          })
          inFlight.add(task)
        }
        // After a full batch there may be more.
        if (leased.length === limit) continue
        waitMs = Math.min(idleMs, nextDueInMs ?? idleMs)
      } catch (error) {
        // A failed claim counts as "nothing found", so that a database that is away is not asked without a pause.
        options.onError(error)
      }
    } else if (inFlight.size < maxInFlight) waitMs = allowance.nextInMs()
    await bell.wait(Math.max(waitMs, 1))
  }
  await Promise.all(inFlight)
}

type Bell = { ring: () => void; wait: (ms: number) => Promise<void> }

/** If it rings while nobody waits, the next to wait hears it at once. */
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

/** A token bucket that starts full and holds one second's worth. */
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
