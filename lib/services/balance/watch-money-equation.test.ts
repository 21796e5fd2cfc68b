import { expect, it } from 'vitest'
import type { MoneyCheck } from '#lib/services/ports.ts'
import { watchMoneyEquation } from './watch-money-equation.ts'

const check: MoneyCheck = {
  checkedAt: new Date(),
  balanced: false,
  lines: [],
  wrong: ['Payout 1 is gone.'],
  brokenSince: new Date(),
  wholeAt: new Date(),
}

it('computes the equation about once a minute, less often while something is wrong and finding it takes long, and logs it', async () => {
  let now = 0
  const asked: number[] = []
  const said: unknown[] = []
  const took = [1000, 4000, 0]
  const watch = watchMoneyEquation({
    clock: { monotonicMs: () => now, wallMs: () => now },
    log: { info: () => undefined, warn: () => undefined, error: (facts) => said.push(facts['wrong']) },
    ledger: {
      checkUnlessRecent: (withinMs: number) => {
        asked.push(withinMs)
        const ms = took.shift() ?? 0
        now += ms
        return Promise.resolve(ms === 0 ? null : check)
      },
    } as never,
  })
  for (let look = 0; look < 3; look++) await watch()
  expect(asked).toEqual([55_000, 55_000, 120_000])
  expect(said).toEqual([check.wrong, check.wrong])
})
