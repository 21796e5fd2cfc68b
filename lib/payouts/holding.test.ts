import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askableMinor, askableDetail, waitingOf } from './holding.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 10, 28, hour))
const grant = (hour: number, amountMinor: bigint) => ({ payableFrom: at(hour), amountMinor })

describe('what waits', () => {
  it.each([
    ['nothing', 500n, [], [0n, null, 0n]],
    ['one grant', 2500n, [grant(10, 2000n)], [2000n, at(10), 2000n]],
    ['all of it', 2000n, [grant(10, 2000n)], [2000n, at(10), 2000n]],
    ['several, in any order', 900n, [grant(12, 500n), grant(10, 300n)], [800n, at(10), 300n]],
    ['two that come together', 900n, [grant(10, 500n), grant(10, 300n)], [800n, at(10), 800n]],
    // A grant was reversed whose money had left, so 300 of what waits make up for it.
    ['more than there is', 500n, [grant(12, 600n), grant(10, 200n)], [500n, at(12), 500n]],
    ['as much more as comes first', 600n, [grant(10, 200n), grant(12, 600n)], [600n, at(12), 600n]],
    ['what is all used up', 0n, [grant(10, 200n)], [0n, null, 0n]],
  ])('is said of %s', (_what, available, notYet, [heldMinor, payableAt, payableThenMinor]) => {
    expect(waitingOf(available, notYet)).toEqual({ heldMinor, payableAt, payableThenMinor })
  })

  it('is right about the next moment: nothing more until then, and exactly that much more then', () => {
    const grants = fc.array(fc.tuple(fc.nat(5), fc.bigInt(1n, 30n)), { maxLength: 6 })
    fc.assert(
      fc.property(fc.bigInt(0n, 90n), grants, (availableMinor, drawn) => {
        const all = drawn.map(([hour, amountMinor]) => grant(hour, amountMinor))
        const askable = (now: Date | null) => {
          const notYet = all.filter(({ payableFrom }) => now === null || payableFrom > now)
          return askableMinor({ availableMinor, ...waitingOf(availableMinor, notYet) })
        }
        const { heldMinor, payableAt, payableThenMinor } = waitingOf(availableMinor, all)
        expect(payableAt === null).toBe(heldMinor === 0n)
        for (let hour = 0; hour < 6; hour++) {
          if (payableAt === null || at(hour) < payableAt) expect(askable(at(hour))).toBe(askable(null))
          else if (at(hour).getTime() === payableAt.getTime())
            expect(askable(at(hour)) - askable(null)).toBe(payableThenMinor)
        }
        expect(askable(at(6))).toBe(availableMinor)
      }),
    )
  })
})

describe('what a refusal says of it', () => {
  const balance = { availableMinor: 2500n, heldMinor: 2000n, payableAt: at(10), payableThenMinor: 2000n }

  it('is what can be asked for, and when more can', () => {
    const more = { now: '5.00 EUR', from: at(10) }
    expect(askableDetail(balance, 'EUR')).toEqual({ code: 'availableNow', ...more, then: '20.00 EUR' })
    expect(askableDetail({ ...balance, payableThenMinor: 500n }, 'EUR')).toEqual({
      ...{ code: 'availableInParts', ...more, then: '5.00 EUR' },
    })
    const nothingWaits = { availableMinor: 2500n, heldMinor: 0n, payableAt: null, payableThenMinor: 0n }
    expect(askableDetail(nothingWaits, 'EUR')).toEqual({ code: 'available', amount: '25.00 EUR' })
  })
})
