/**
 * A worker's place in its code is the list of answers that it got so far. It is brought back there by running the code with these
 * answers, up to the next call.
 */
import { workPayout } from '#lib/services/order/work-payout.ts'
import type { Deps, Leased, Payout } from '#lib/services/ports.ts'
import type { Call } from './small-world.ts'

export const config = {
  pollIntervalMs: 4_000,
  timeoutMs: 30_000,
  leaseMarginMs: 30_000,
  appUrl: 'http://localhost:3000',
  linkSecret: 'secret',
}
/** A worker's place in its code. */
export type Place = {
  id: number
  parent: Place | null
  leased: Leased
  /** The answer that led here from the parent, and the time it came at. */
  answer: unknown
  at: number
  next: Map<string, Place>
  pending?: Pending
}
export type Clock = { now: number }
/** What the worker does next: a call, or nothing because it is done. `error`: it stumbled, which it must never do here. */
export type Pending = { call: Call | null; clock: Clock; error?: unknown }

/** Every place that was reached, once. */
export function createPlaces() {
  const roots = new Map<string, Place>()
  let count = 0
  const newPlace = (parent: Place | null, leased: Leased, answer: unknown, at: number): Place => ({
    ...{ id: count++, parent, leased, answer, at, next: new Map<string, Place>() },
  })

  function rootOf(leased: Leased): Place {
    const { stopped, askFirstSince, callbackWaits } = leased.seen
    const seen = `${stopped} ${askFirstSince?.getTime()} ${callbackWaits}`
    const key = `${rowKey(leased.payout)} ${leased.lease.fence} ${leased.now.getTime()} ${seen}`
    const known = roots.get(key)
    if (known) return known
    const place = newPlace(null, leased, undefined, leased.now.getTime())
    roots.set(key, place)
    return place
  }

  function after(place: Place, answer: unknown, at: number): Place {
    const key = `${at} ${answerKey(answer)}`
    const known = place.next.get(key)
    if (known) return known
    const made = newPlace(place, place.leased, answer, at)
    place.next.set(key, made)
    return made
  }

  /** Runs the worker's code with the answers that it got, up to its next call. */
  async function pendingAt(place: Place): Promise<Pending> {
    if (place.pending) return place.pending
    const answers: Place[] = []
    for (let one: Place = place; one.parent !== null; one = one.parent) answers.unshift(one)
    const clock: Clock = { now: place.leased.now.getTime() }
    let error: unknown
    place.pending = await new Promise<Pending>((resolve) => {
      const ask = (method: string, args: readonly unknown[]): Promise<unknown> => {
        const given = answers.shift()
        if (given) {
          clock.now = given.at
          return given.answer instanceof Error ? Promise.reject(given.answer) : Promise.resolve(given.answer)
        }
        resolve({ call: { method, args }, clock, ...(error !== undefined && { error }) })
        return new Promise(() => undefined)
      }
      const note = (facts: Record<string, unknown>) => {
        if ('err' in facts) error ??= facts['err']
      }
      void workPayout(depsFor(ask, clock, note), place.leased).then(() =>
        resolve({ call: null, clock, ...(error !== undefined && { error }) }),
      )
    })
    return place.pending
  }

  return { rootOf, after, pendingAt }
}

const keys = new WeakMap<Payout, string>()
/** What decides about a payout. How often and when something was said only counts. */
export function rowKey(row: Payout): string {
  const known = keys.get(row)
  if (known !== undefined) return known
  const { said, lastAskedAt, lastAnsweredAt, ...progress } = row.progress
  const key = JSON.stringify([
    row.status,
    row.version,
    row.orderId,
    row.validatedAt?.getTime(),
    row.payClaimedAt !== null,
    row.stageSince.getTime(),
    progress,
    Object.keys(said ?? {}),
  ])
  keys.set(row, key)
  return key
}

function answerKey(answer: unknown): string {
  if (answer instanceof Error) return answer.message
  if (answer !== null && typeof answer === 'object' && 'version' in answer) return rowKey(answer as Payout)
  return answer === undefined ? '' : JSON.stringify(answer)
}

/** What the verbs ask. `ask` is what others can come before; the rest never changes here. */
function depsFor(
  ask: (method: string, args: readonly unknown[]) => Promise<unknown>,
  clock: Clock,
  note: (facts: Record<string, unknown>) => void,
): Deps {
  const nothing = () => Promise.resolve(null)
  const via =
    (method: string) =>
    (...args: unknown[]) =>
      ask(method, args)
  const open = {
    payouts: {
      advance: via('advance'),
      release: via('release'),
      find: via('find'),
      holderOfOrder: nothing,
    },
    callbacks: { uncompared: via('uncompared'), markCompared: via('markCompared') },
    gateway: { check: via('check'), pay: via('pay'), status: via('status'), lacks: nothing },
    gatewayCondition: {
      recordOk: nothing,
    },
    items: { open: nothing, openFor: nothing, closeByKind: nothing, list: () => Promise.resolve([]) },
    approvals: { forPayouts: () => Promise.resolve([]) },
    reports: { arrival: () => Promise.resolve(null) },
    settings: {
      read: () =>
        Promise.resolve({ expireAfterDays: 30, remindBeforeH: 24, approvalLateH: 24, sendDelayS: {} }),
      mailApiReceivers: () => Promise.resolve(false),
    },
    marker: { remember: () => Promise.resolve(true), trouble: () => null },
    sentMarks: {
      put: () => Promise.resolve('mine'),
      withdraw: () => Promise.resolve(),
      trouble: () => null,
    },
    vault: { isFingerprintOf: () => true },
    config,
    clock: { monotonicMs: () => clock.now, wallMs: () => clock.now },
    log: { info: () => undefined, warn: note, error: note },
  }
  return strict(open) as unknown as Deps
}

/** Whatever the verbs ask beyond this is missing in the small world, and must be thought about. */
function strict<T extends object>(known: T): T {
  return new Proxy(known, {
    get(target, name) {
      if (!(name in target)) throw new Error(`Bug: the small world does not know ${String(name)}`)
      const value: unknown = Reflect.get(target, name)
      const isPort = typeof value === 'object' && value !== null && !('pollIntervalMs' in value)
      return isPort ? strict(value) : value
    },
  })
}
