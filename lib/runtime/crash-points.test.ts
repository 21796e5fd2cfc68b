import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { parseCrashPlan, withCrashPoints } from './crash-points.ts'
import type { CrashPlan } from './crash-points.ts'
import { closeDeps, getRuntime } from './deps.ts'

const nowhere: CrashPlan = { seed: 1, rate: 0, at: [] }

/** Every function of every port, by the name its crash points have. */
function callsOf(deps: object): { name: string; call: (...args: never[]) => unknown }[] {
  return Object.entries(deps).flatMap(([port, value]: [string, unknown]) => {
    if (typeof value === 'function') return [{ name: port, call: value as () => unknown }]
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([name, call]: [string, unknown]) =>
      typeof call === 'function' ? [{ name: `${port}.${name}`, call: call as () => unknown }] : [],
    )
  })
}

describe('the plan', () => {
  it('names places and a rate', () => {
    expect(parseCrashPlan('seed=7,rate=0.002')).toEqual({ seed: 7, rate: 0.002, at: [] })
    expect(parseCrashPlan('at=payouts.advance:after:3,at=gateway.pay:before:1')?.at).toEqual([
      { call: 'payouts.advance', side: 'after', count: 3 },
      { call: 'gateway.pay', side: 'before', count: 1 },
    ])
  })

  it.each(['', 'rate=2', 'rate', 'at=payouts.advance', 'at=payouts.advance:during:1', 'whatever=1'])(
    'is refused when it reads "%s"',
    (text) => expect(parseCrashPlan(text)).toBeUndefined(),
  )
})

describe('a process with crash points', () => {
  it('dies at the third return of the call that was named, and nowhere else', async () => {
    const points: string[] = []
    const deps = withCrashPoints(
      { payouts: { advance: () => Promise.resolve('ok'), find: () => Promise.resolve(null) } },
      { ...nowhere, at: [{ call: 'payouts.advance', side: 'after', count: 3 }] },
      (point) => points.push(point),
    )
    for (let n = 0; n < 5; n++) await Promise.all([deps.payouts.advance(), deps.payouts.find()])
    expect(points).toEqual(['payouts.advance:after:3'])
  })

  it('dies before the call begins', async () => {
    const order: string[] = []
    const deps = withCrashPoints(
      { gateway: { pay: () => Promise.resolve(order.push('sent')) } },
      { ...nowhere, at: [{ call: 'gateway.pay', side: 'before', count: 1 }] },
      () => order.push('dead'),
    )
    await deps.gateway.pay()
    expect(order).toEqual(['dead', 'sent'])
  })

  it('may die after a call that failed, too, and the failure is handed on', async () => {
    const points: string[] = []
    const deps = withCrashPoints(
      { payouts: { find: () => Promise.reject(new Error('away')) } },
      { ...nowhere, rate: 1 },
      (point) => points.push(point),
    )
    await expect(deps.payouts.find()).rejects.toThrow('away')
    expect(points).toEqual(['payouts.find:before:1', 'payouts.find:after:1'])
  })

  it('dies at the same points for the same seed and at others for another', async () => {
    const run = async (seed: number) => {
      const points: string[] = []
      const deps = withCrashPoints({ clock: { now: () => 1 } }, { seed, rate: 0.1, at: [] }, (point) =>
        points.push(point),
      )
      for (let n = 0; n < 200; n++) deps.clock.now()
      await Promise.resolve()
      return points
    }
    const first = await run(1)
    expect(first.length).toBeGreaterThan(10)
    expect(first.length).toBeLessThan(90)
    expect(await run(1)).toEqual(first)
    expect(await run(2)).not.toEqual(first)
  })

  it('has a point before and after every function of every port there is', async () => {
    const { deps } = await getRuntimeForTests()
    const points = new Set<string>()
    const wrapped = withCrashPoints(deps, { ...nowhere, rate: 1 }, (point) => {
      points.add(point)
      throw new Error('dead')
    })
    const calls = callsOf(wrapped).filter(({ name }) => !/^(log|config|vault)\./.test(name))
    for (const { call } of calls) expect(call).toThrow('dead')
    expect(calls.length).toBeGreaterThan(50)
    expect([...points].sort()).toEqual(calls.map(({ name }) => `${name}:before:1`).sort())
    for (const port of ['payouts', 'callbacks', 'items', 'mails', 'settings', 'gateway', 'clock'])
      expect(calls.some(({ name }) => name.startsWith(`${port}.`))).toBe(true)
    await closeDeps()
    vi.unstubAllEnvs()
  })
})

/** The real ports over a database that nobody asks. */
function getRuntimeForTests() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const environment = {
    APP_URL: 'http://localhost:3000',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    AUTH_SECRET: 'a secret of tests only',
    CARDZO_API_URL: 'http://127.0.0.1:1/paynet',
    CARDZO_ENDPOINT_ID: '1',
    CARDZO_LOGIN: 'merchant',
    CARDZO_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    CARDZO_MERCHANT_CONTROL: 'control',
    CARDZO_CURRENCIES: 'EUR',
    CARDZO_REQUIRED_FIELDS: '',
    LOG_LEVEL: 'silent',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  return getRuntime()
}
