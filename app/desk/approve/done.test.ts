import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { manyAtMost } from '#lib/services/approval/approve-many.ts'
import { readSeen, toDone, writeSeen } from './done.ts'

it('the largest set fits into what a form may send, and comes back as it was', () => {
  const seen = Array.from({ length: manyAtMost }, () => ({
    id: randomUUID(),
    contentHash: 'f'.repeat(64),
    riskSeen: '0'.repeat(14),
  }))
  // next.config.js allows 64 KB; the rest is for the code and what the framework adds.
  expect(writeSeen(seen).length).toBeLessThan(60_000)
  expect(readSeen(writeSeen(seen))).toEqual(seen)
})

it('what was left out is named with the reason and its detail', () => {
  const skipped = [
    { id: 'a', code: 'approved_by_another' as const, detail: { code: 'by' as const, names: 'Ben' } },
  ]
  const sums = [{ currency: 'EUR', count: 2, amountMinor: 123_450n }]
  const done = toDone('en', { approved: [], skipped, sums, paused: true })
  expect(done).toEqual({
    count: 0,
    approved: [],
    stillWaiting: 0,
    sums: ['1,234.50 EUR'],
    paused: true,
    skipped: [{ id: 'a', why: 'Someone else has already approved this payout. By Ben.' }],
  })
})
