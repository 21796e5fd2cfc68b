import { describe, expect, it } from 'vitest'
import { spanOf } from './arrival.ts'

const minute = 60_000
const hour = 60 * minute

describe('a span that people are told', () => {
  it.each([
    [0, 1, 'minutes'],
    [minute + 1, 2, 'minutes'],
    [7 * minute, 10, 'minutes'],
    [51 * minute, 55, 'minutes'],
    [56 * minute, 1, 'hours'],
    [hour, 1, 'hours'],
    [2.1 * hour, 3, 'hours'],
    [48 * hour, 48, 'hours'],
    [48 * hour + 1, 3, 'days'],
    [200 * hour, 9, 'days'],
  ] as const)('%i ms is within %i %s', (ms, count, unit) => {
    expect(spanOf(ms)).toEqual({ unit, count })
  })
})
