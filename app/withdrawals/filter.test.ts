import { describe, expect, it } from 'vitest'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { filterTexts, groups, readFilter, toOwnFilter } from './filter.ts'

describe('the filter of the own withdrawals', () => {
  it('is read from the address, and written back the same', () => {
    const query = { show: 'paid', from: '2026-03-01', to: '2026-03-31', search: 'Example Bank' }
    expect(filterTexts(readFilter(query))).toEqual(query)
    expect(filterTexts(readFilter({}))).toEqual({})
  })

  it('ignores what it can’t read', () => {
    const query = { show: 'everything', from: '2026-02-30', to: ['2026-03-01'], search: ' \u0000 ' }
    expect(filterTexts(readFilter(query))).toEqual({})
  })

  it('has every status in exactly one group', () => {
    const of = groups.filter((group) => group !== 'all')
    const statuses = of.flatMap((show) => toOwnFilter(readFilter({ show }), 'UTC').statuses ?? [])
    expect([...statuses].sort()).toEqual([...payoutStatuses].sort())
  })

  it('means whole days of the reader’s zone', () => {
    const filter = toOwnFilter(readFilter({ from: '2026-03-01', to: '2026-03-01' }), 'Europe/Moscow')
    expect(filter).toEqual({
      createdFrom: new Date('2026-02-28T21:00:00Z'),
      createdBefore: new Date('2026-03-01T21:00:00Z'),
    })
  })
})
