import { describe, expect, it } from 'vitest'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { ages, countOf, dayAfter, dayFigures, dayIn, groupOf, groups, success } from './figures.ts'

it('every status counts in exactly one group', () => {
  for (const status of payoutStatuses)
    expect(
      Object.entries(groups).filter(([, those]) => (those as readonly string[]).includes(status)),
    ).toMatchObject([[groupOf(status), expect.anything()]])
})

it('a period has all its days, with what is on each', () => {
  const sum = (day: string, status: (typeof payoutStatuses)[number], count: number) => ({
    ...{ day, status, count },
    amountMinor: BigInt(count) * 100n,
  })
  const days = [
    sum('2026-02-27', 'paid', 3),
    sum('2026-02-27', 'checking', 1),
    sum('2026-03-01', 'declined', 2),
    sum('2026-03-01', 'expired', 4),
  ]
  const shown = dayFigures(days, '2026-02-27', '2026-03-01')
  expect(shown.map(({ day }) => day)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
  expect(shown.map(countOf)).toEqual([4, 0, 6])
  expect(shown[0]).toMatchObject({ paid: { count: 3, amountMinor: 300n }, open: { count: 1 } })
  // What expired says nothing about the bank.
  expect(success(days)).toEqual({ paid: 3, ended: 5 })
})

describe('the rate of success', () => {
  const day = (status: PayoutStatus, count: number, on = '2026-03-01') => ({
    ...{ day: on, status, count },
    amountMinor: 100n,
  })

  it.each([
    ['nothing asked for', [], { paid: 0, ended: 0 }],
    ['nothing over', [day('processing', 7), day('outcome_unknown', 1)], { paid: 0, ended: 0 }],
    ['all arrived', [day('paid', 3)], { paid: 3, ended: 3 }],
    ['none arrived', [day('declined', 1), day('filtered', 2), day('failed', 3)], { paid: 0, ended: 6 }],
    [
      'what people, receivers or time ended does not count',
      [day('paid', 1), day('rejected', 5), day('cancelled', 6), day('expired', 7)],
      { paid: 1, ended: 1 },
    ],
    [
      'several days together',
      [day('paid', 2), day('declined', 1), day('paid', 3, '2026-03-02'), day('failed', 4, '2026-03-02')],
      { paid: 5, ended: 10 },
    ],
  ])('%s', (_what, days, wanted) => {
    expect(success(days)).toEqual(wanted)
  })

  it('counts each status once, as paid or as ended by Cardzo', () => {
    const ends = payoutStatuses.filter((status) => success([day(status, 1)]).ended === 1)
    expect(ends.toSorted()).toEqual(['declined', 'failed', 'filtered', 'paid'])
    expect(payoutStatuses.filter((status) => success([day(status, 1)]).paid === 1)).toEqual(['paid'])
  })
})

it('what is open is in one bar of age each', () => {
  const today = '2026-11-26'
  const open = Array.from({ length: 40 }, (_, back) => ({
    currency: 'EUR',
    day: dayAfter(today, -back),
    count: 1,
    amountMinor: 1n,
  }))
  const shown = ages([...open, { currency: 'USD', day: today, count: 9, amountMinor: 9n }], 'EUR', today)
  expect(shown.map(({ count }) => count)).toEqual([1, 1, 2, 4, 23, 9])
  expect(shown[2]).toMatchObject({ first: '2026-11-23', last: '2026-11-24' })
  expect(shown.at(-1)).toMatchObject({ first: null, last: '2026-10-26' })
})

it('a moment is on the day of the zone', () => {
  const at = new Date('2026-03-01T23:30:00Z')
  expect(dayIn('UTC', at)).toBe('2026-03-01')
  expect(dayIn('Asia/Kathmandu', at)).toBe('2026-03-02')
})
