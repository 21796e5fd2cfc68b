/**
 * The fault lab's crash points: before and after every call through a port the process may kill itself, as a power cut would.
 * One wrapper covers all ports, and so every step added later. Allowed only beside a gateway on loopback (env/worker.ts).
 */
import { writeSync } from 'node:fs'

/** Where to die: at exact places, at a rate per point, or both. */
export type CrashPlan = {
  seed: number
  /** Chance at each point, 0 to 1. */
  rate: number
  at: readonly { call: string; side: Side; count: number }[]
}
type Side = 'before' | 'after'

/** Reads e.g. `seed=7,rate=0.002` or `at=payouts.advance:after:3` (the third call; `at` may come several times). */
export function parseCrashPlan(text: string): CrashPlan | undefined {
  const at: CrashPlan['at'][number][] = []
  let seed = 0
  let rate = 0
  for (const part of text.split(',')) {
    const [, name, value = ''] = /^(seed|rate|at)=(.+)$/.exec(part.trim()) ?? []
    const [, call, side, count] = /^([a-zA-Z]+(?:\.[a-zA-Z]+)?):(before|after):(\d{1,6})$/.exec(value) ?? []
    if (name === 'at' && call !== undefined && side !== undefined)
      at.push({ call, side: side === 'before' ? 'before' : 'after', count: Number(count) })
    else if (name === 'seed' && /^\d{1,9}$/.test(value)) seed = Number(value)
    else if (name === 'rate' && /^(0|1|0\.\d{1,9})$/.test(value)) rate = Number(value)
    else return undefined
  }
  return { seed, rate, at }
}

/** Written to standard error before the end, for the lab to count. */
export const crashMark = 'crash point'

function killOurselves(point: string): void {
  // Synchronously, because nothing buffered outlives a SIGKILL.
  writeSync(2, `${crashMark} ${point}\n`)
  process.kill(process.pid, 'SIGKILL')
}

/** These have no effect that anybody could see, so dying there is dying just before or after. */
const leftAlone = ['config', 'log', 'vault']

/** The same ports. Each of their functions asks the plan before it begins and after it has ended, well or badly. */
export function withCrashPoints<T extends object>(deps: T, plan: CrashPlan, crash = killOurselves): T {
  const calls = new Map<string, number>()
  const ask = (call: string, side: Side) => {
    const count = (calls.get(`${call}:${side}`) ?? 0) + 1
    calls.set(`${call}:${side}`, count)
    const point = `${call}:${side}:${count}`
    const named = plan.at.some((one) => `${one.call}:${one.side}:${one.count}` === point)
    if (named || chance(plan.seed, point) < plan.rate) crash(point)
  }
  const entries = Object.entries(deps).map(([name, port]): [string, unknown] => [
    name,
    leftAlone.includes(name) ? port : wrap(name, port, ask),
  ])
  return Object.fromEntries(entries) as T
}

type Ask = (call: string, side: Side) => void

/** A function, or an object of functions. */
function wrap(name: string, port: unknown, ask: Ask): unknown {
  if (typeof port === 'function') return wrapFunction(name, port as AnyFunction, ask)
  if (typeof port !== 'object' || port === null) return port
  return new Proxy(port, {
    get(target, key, self): unknown {
      const value: unknown = Reflect.get(target, key, self)
      return typeof value === 'function' && typeof key === 'string'
        ? wrapFunction(`${name}.${key}`, value as AnyFunction, ask)
        : value
    },
  })
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

function wrapFunction(name: string, call: AnyFunction, ask: Ask): AnyFunction {
  return function (this: unknown, ...args) {
    ask(name, 'before')
    const result = Reflect.apply(call, this, args)
    // Prisma's promises are thenables, not instances of Promise.
    if (isThenable(result)) return Promise.resolve(result).finally(() => ask(name, 'after'))
    ask(name, 'after')
    return result
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** A number from 0 to 1 by FNV-1a over seed and point, then mixed: the same in each run, whatever else is running. */
function chance(seed: number, point: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (const character of point) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
