/**
 * The fleet of workers as a simulation: payouts that are asked about at an interval, workers that claim them in batches, the gate with the
 * ceiling of requests that all share, and the cores that everything shares. Pure and seeded: the same fleet and seed give the same figures.
 */

/** Times in milliseconds. */
export type Fleet = {
  workers: number
  payouts: number
  intervalMs: number
  /** How many payouts one worker has in hand at most (WORKER_IN_FLIGHT). */
  inFlight: number
  /** Requests per second that all workers together may send (CARDZO_MAX_REQUESTS_PER_S). */
  ceiling: number
  /** Until Cardzo answers. */
  latencyMs: number
  cores: number
  /** Of all processes on these cores, for one poll. */
  cpuMsPerPoll: number
  /** Of one claim, however many payouts it takes. */
  cpuMsPerClaim: number
}

/** How late polls were after they were due, and how many there were per second. */
export type Lateness = { p50Ms: number; p99Ms: number; pollsPerS: number }

/** As lib/worker/loop.ts, lib/db/order/gate-store.ts and lib/services/order/poll-schedule.ts have them. */
const betweenClaimsMs = 20
const longestQueueMs = 1000
const jitter = 0.1

/** A small generator of evenly spread numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What is due or happens at a time, the earliest first; of the same time, what came first. */
export class Timeline<T> {
  #heap: { at: number; order: number; what: T }[] = []
  #added = 0

  get size() {
    return this.#heap.length
  }

  /** Of the earliest; Infinity: there is none. */
  get nextAt() {
    return this.#heap[0]?.at ?? Infinity
  }

  add(at: number, what: T): void {
    const entry = { at, order: this.#added++, what }
    let place = this.#heap.push(entry) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(entry, this.#heap[parent])) break
      this.#swap(place, parent)
      place = parent
    }
  }

  take(): { at: number; what: T } | undefined {
    const [first] = this.#heap
    const last = this.#heap.pop()
    if (!first || !last || this.#heap.length === 0) return first
    this.#heap[0] = last
    let place = 0
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      let least = place
      for (const child of [left, right]) if (isBefore(this.#heap[child], this.#heap[least])) least = child
      if (least === place) return first
      this.#swap(place, least)
      place = least
    }
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one && other) [this.#heap[a], this.#heap[b]] = [other, one]
  }
}

type Placed = { at: number; order: number }
const isBefore = (a: Placed | undefined, b: Placed | undefined) =>
  a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order))

type Happening =
  | { kind: 'claim'; worker: number }
  | { kind: 'asked'; worker: number; due: number }
  | { kind: 'answered'; worker: number }
  | { kind: 'released'; worker: number }

/** `settleMs` runs unseen first, then `watchMs` are measured. */
export function simulateFleet(fleet: Fleet, { seed = 1, settleMs = 6_000, watchMs = 11_000 } = {}): Lateness {
  const next = random(seed)
  const due = new Timeline<null>()
  for (let payout = 0; payout < fleet.payouts; payout++) due.add(next() * fleet.intervalMs, null)
  const happenings = new Timeline<Happening>()
  const inHand = Array.from({ length: fleet.workers }, () => 0)
  const isAsleep = Array.from({ length: fleet.workers }, () => false)
  const coresFreeAt = Array.from({ length: fleet.cores }, () => 0)
  let gateAt = 0
  const late: number[] = []
  const until = settleMs + watchMs

  /** When work that comes now is done: on the core that is free first. */
  const compute = (now: number, ms: number): number => {
    const core = coresFreeAt.indexOf(Math.min(...coresFreeAt))
    const end = Math.max(now, coresFreeAt[core] ?? 0) + ms
    coresFreeAt[core] = end
    return end
  }
  const placeUnderCeiling = (now: number): number => {
    gateAt = Math.max(gateAt, now)
    const place = gateAt
    gateAt += 1000 / fleet.ceiling
    return place
  }

  const claim = (now: number, worker: number): void => {
    const room = fleet.inFlight - (inHand[worker] ?? 0)
    if (room === 0) {
      isAsleep[worker] = true
      return
    }
    const gateQueueMs = gateAt - now - longestQueueMs
    const claimed = compute(now, fleet.cpuMsPerClaim)
    let taken = 0
    while (gateQueueMs <= 0 && taken < room && due.nextAt <= now) {
      const one = due.take()
      if (!one) break
      taken++
      // The first half of its work comes before the question leaves, the other with the answer.
      const ready = compute(claimed, fleet.cpuMsPerPoll / 2)
      happenings.add(placeUnderCeiling(ready), { kind: 'asked', worker, due: one.at })
    }
    inHand[worker] = (inHand[worker] ?? 0) + taken
    const lookAt = gateQueueMs > 0 ? now + gateQueueMs : taken === room ? claimed : due.nextAt
    happenings.add(Math.max(lookAt, claimed, now + betweenClaimsMs), { kind: 'claim', worker })
  }

  /** A worker that had its hands full claims again. */
  const released = (now: number, worker: number): void => {
    inHand[worker] = (inHand[worker] ?? 0) - 1
    if (!isAsleep[worker]) return
    isAsleep[worker] = false
    happenings.add(now, { kind: 'claim', worker })
  }

  const asked = (now: number, worker: number, wasDue: number): void => {
    if (now >= settleMs && now < until) late.push(Math.max(0, now - wasDue))
    happenings.add(now + fleet.latencyMs, { kind: 'answered', worker })
  }

  const answered = (now: number, worker: number): void => {
    const done = compute(now, fleet.cpuMsPerPoll / 2)
    happenings.add(done, { kind: 'released', worker })
    due.add(done + fleet.intervalMs * (1 - jitter + next() * 2 * jitter), null)
  }

  for (let worker = 0; worker < fleet.workers; worker++)
    happenings.add(next() * betweenClaimsMs, { kind: 'claim', worker })
  while (happenings.nextAt < until) {
    const happening = happenings.take()
    if (!happening) break
    const { at, what } = happening
    if (what.kind === 'asked') asked(at, what.worker, what.due)
    else if (what.kind === 'claim') claim(at, what.worker)
    else if (what.kind === 'answered') answered(at, what.worker)
    else released(at, what.worker)
  }
  late.sort((a, b) => a - b)
  const at = (share: number) => late[Math.floor(late.length * share)] ?? Infinity
  return { p50Ms: at(0.5), p99Ms: at(0.99), pollsPerS: (late.length * 1000) / watchMs }
}
