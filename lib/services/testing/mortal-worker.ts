/** A worker that dies at a chosen call through a port, before or after it, and does nothing ever again. */
import { workPayout } from '#lib/services/order/work-payout.ts'
import type { Deps, Leased } from '#lib/services/ports.ts'

/** Which call is the last: the `call`-th, and whether it still takes effect. */
type Death = { call: number; after: boolean }

const never = () => new Promise<never>(() => undefined)
const ports = [
  'payouts',
  'items',
  'callbacks',
  'mails',
  'settings',
  'gatewayCondition',
  'gateway',
  'gate',
  'stopSwitch',
  'askFirst',
  'marker',
  'sentMarks',
] as const

/** True when the step ran to its end; false when the worker died on the way and left its lease behind. */
export async function workMortally(deps: Deps, leased: Leased, death: Death): Promise<boolean> {
  let calls = 0
  let dead = false
  let die = (): void => undefined
  const death_ = new Promise<false>((resolve) => {
    die = () => {
      dead = true
      resolve(false)
    }
  })
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver)
        // Answers from memory are not calls.
        if (typeof method !== 'function' || name === 'trouble') return method
        return async (...args: unknown[]) => {
          if (dead) return never()
          const last = ++calls === death.call
          if (last && !death.after) {
            die()
            return never()
          }
          const result: unknown = await Reflect.apply(method, target, args)
          if (last) die()
          return last ? never() : result
        }
      },
    })
  const doomed: Deps = { ...deps }
  for (const name of ports) Object.assign(doomed, { [name]: mortal(deps[name]) })
  return Promise.race([workPayout(doomed, leased).then(() => true), death_])
}
