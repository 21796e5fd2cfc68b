import { expect, it } from 'vitest'
import { isView, pathOf, readFilter, views } from './filter.ts'

it('leads a colleague who opens the address to the same rows', () => {
  const filter = { statuses: ['paid', 'failed'] as const, search: 'ada & co' }
  const path = pathOf({ statuses: [...filter.statuses], search: filter.search })
  const query = new URL(path, 'https://portal.example').searchParams
  expect(readFilter({ status: query.getAll('status'), search: query.get('search') ?? '' })).toEqual({
    statuses: ['paid', 'failed'],
    search: 'ada & co',
  })
})

it('ignores unknown statuses and control characters', () => {
  expect(readFilter({ status: ['paid', 'nonsense'], search: ' a\u0000b\n ' })).toEqual({
    statuses: ['paid'],
    search: 'ab',
  })
  expect(readFilter({})).toEqual({ statuses: [], search: '' })
})

it('marks exactly the view that the filter is', () => {
  const marked = views.filter((view) => isView({ statuses: ['paid'], search: '' }, view.statuses))
  expect(marked.map((view) => view.label)).toEqual(['Paid'])
})
