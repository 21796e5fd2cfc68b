import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { riskCheckIds, riskLevels } from '#lib/payouts/risk.ts'
import type { RiskAssessment, RiskCheck, RiskLevel } from '#lib/payouts/risk.ts'
import { findsMore, riskMark } from './assess-risk.ts'

const assessment = (found: Partial<Record<RiskCheck['id'], Partial<RiskCheck>>>): RiskAssessment => ({
  level: 'none',
  at: '2026-03-01T12:00:00.000Z',
  checks: riskCheckIds.map((id) => ({ id, level: 'none', evidence: 'nothing', clearedBy: '', ...found[id] })),
})
const anything = fc
  .record(Object.fromEntries(riskCheckIds.map((id) => [id, fc.constantFrom<RiskLevel>(...riskLevels)])))
  .map((levels) =>
    assessment(Object.fromEntries(Object.entries(levels).map(([id, level]) => [id, { level }]))),
  )

describe('what an approver saw of the risk checks', () => {
  it('is enough exactly when no check has got worse since then', () => {
    fc.assert(
      fc.property(anything, anything, (seen, now) => {
        const worse = now.checks.some(
          ({ level }, index) =>
            riskLevels.indexOf(level) > riskLevels.indexOf(seen.checks[index]?.level ?? 'none'),
        )
        // The lists are equal in both, so only levels decide; a list that was empty is a different list.
        expect(findsMore(riskMark(seen), now)).toBe(worse)
      }),
    )
  })

  it.each([
    ['another receiver with the same account', 'shared_destination'],
    ['another equal request', 'same_request'],
  ] as const)('is not enough after %s, though the level stays', (_what, id) => {
    const seen = assessment({ [id]: { level: 'medium', evidence: 'one' } })
    expect(
      findsMore(riskMark(seen), assessment({ [id]: { level: 'medium', evidence: 'one and two' } })),
    ).toBe(true)
    expect(findsMore(riskMark(seen), assessment({ [id]: { level: 'medium', evidence: 'one' } }))).toBe(false)
    expect(findsMore(riskMark(seen), assessment({}))).toBe(false)
  })

  it('is enough when only an age or a count has moved on', () => {
    const seen = assessment({ contact_changed: { level: 'medium', evidence: 'an hour ago' } })
    const now = assessment({ contact_changed: { level: 'medium', evidence: '2 hours ago' } })
    expect(findsMore(riskMark(seen), now)).toBe(false)
  })

  it('is never enough when it is not a mark at all', () => {
    for (const seen of ['', 'x', '0'.repeat(200), 'x'.repeat(riskMark(assessment({})).length)])
      expect(findsMore(seen, assessment({}))).toBe(true)
  })
})
