import fc from 'fast-check'
import { expect, it } from 'vitest'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { listColumns } from '#lib/services/payout/list-columns.ts'
import {
  deskFilterOf,
  emptyFilter,
  isView,
  pathOf,
  readFilter,
  shippedViews,
  sorts,
  writeFilter,
} from './filter.ts'
import type { Filter } from './filter.ts'

const queryOf = (path: string) => {
  const query = new URL(path, 'https://portal.example').searchParams
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]))
}

const filters: fc.Arbitrary<Filter> = fc
  .record(
    {
      statuses: fc.subarray([...payoutStatuses]),
      from: fc.constantFrom('2026-11-01', 'today', '-7d'),
      to: fc.constantFrom('2026-11-23', 'today'),
      zone: fc.constantFrom('Europe/Berlin', 'Pacific/Niue'),
      min: fc.constantFrom('10', '100.50'),
      max: fc.constantFrom('99999.99'),
      receiver: fc.constantFrom('cust-42', 'ada & co'),
      sources: fc.subarray(['browser', 'desk', 'api'] as const),
      bank: fc.constant('Deutsche Bank'),
      last4: fc.constant('3000'),
      approver: fc.uuid(),
      risks: fc.subarray(['none', 'low', 'medium', 'high'] as const),
      code: fc.constant('5'),
      rule: fc.constantFrom('Large amounts', 'a “b” & c'),
      endpoint: fc.constantFrom('1', '27'),
      age: fc.constantFrom('30m', '2h', '3d'),
      search: fc.constantFrom('ada & co', '50%', 'ż?'),
      sort: fc.constantFrom(...sorts),
      columns: fc.shuffledSubarray([...listColumns], { minLength: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((some) => ({ ...emptyFilter, ...some, currency: 'EUR' }))
  // A zone alone says nothing.
  .map((filter) => (filter.from + filter.to === '' ? { ...filter, zone: '' } : filter))

it('leads a colleague who opens the address to the same rows', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      expect(readFilter(queryOf(pathOf(filter)))).toEqual(filter)
    }),
  )
})

it('ignores what it can’t read', () => {
  expect(
    readFilter({
      ...{ status: ['paid', 'nonsense'], q: ' a\u0000b\n ', from: '2026-02-30', to: 'soon', zone: 'Nowhere' },
      ...{
        currency: 'euro',
        min: '5',
        last4: '12345',
        approver: 'me',
        endpoint: '0',
        age: 'long',
        sort: 'largest',
      },
      columns: 'no,such',
    }),
  ).toEqual({ ...emptyFilter, statuses: ['paid'], search: 'ab' })
  expect(readFilter({})).toEqual(emptyFilter)
})

it('reads the addresses of earlier versions', () => {
  expect(readFilter({ search: 'ada' }).search).toBe('ada')
})

it('counts days where the address or the reader says', () => {
  const now = new Date('2026-11-26T10:30:00Z')
  const of = (some: Partial<Filter>, zone: string) => {
    const { createdFrom, createdBefore } = deskFilterOf({ ...emptyFilter, ...some }, now, zone)
    return [createdFrom?.toISOString(), createdBefore?.toISOString()]
  }
  // It is already the 27th in Kiritimati, and still the 25th in Pago Pago.
  expect(of({ from: 'today' }, 'Pacific/Kiritimati')).toEqual(['2026-11-26T10:00:00.000Z', undefined])
  expect(of({ from: 'today', to: 'today' }, 'Pacific/Pago_Pago')).toEqual([
    '2026-11-25T11:00:00.000Z',
    '2026-11-26T11:00:00.000Z',
  ])
  expect(of({ from: '2026-11-20', zone: 'Europe/Berlin' }, 'UTC')).toEqual([
    '2026-11-19T23:00:00.000Z',
    undefined,
  ])
  expect(of({ to: '-7d' }, 'UTC')).toEqual([undefined, '2026-11-20T00:00:00.000Z'])
})

it('asks for amounts in the currency, and for who has waited since', () => {
  const now = new Date('2026-11-26T10:30:00Z')
  const filter = readFilter({ currency: 'jpy', min: '1000', max: '2,000,000', age: '2h', sort: 'largest' })
  expect(deskFilterOf(filter, now, 'UTC')).toEqual({
    ...{ currency: 'JPY', minMinor: 1000n, maxMinor: 2_000_000n, sort: 'largest' },
    waitingSince: new Date('2026-11-26T08:30:00Z'),
  })
})

it('marks exactly the view that the filter is', () => {
  const marked = (filter: Partial<Filter>) =>
    Object.entries(shippedViews)
      .filter(([, view]) => isView({ ...emptyFilter, ...filter }, view))
      .map(([name]) => name)
  expect(marked({ statuses: ['paid'] })).toEqual(['paid'])
  expect(marked({})).toEqual(['all'])
  expect(marked({ ...shippedViews.failed_today, zone: 'Europe/Berlin' })).toEqual(['failed_today'])
  expect(marked({ statuses: ['paid'], code: '5' })).toEqual([])
  expect(writeFilter(emptyFilter).toString()).toBe('')
})
