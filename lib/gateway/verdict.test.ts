import { describe, expect, it } from 'vitest'
import { verdictOf } from './verdict.ts'

describe('what a status and a stage of Cardzo mean', () => {
  it.each([
    ['processing', 'payout_check_validating', false, 'validating'],
    ['processing', 'payout_check_validated', false, 'validated'],
    ['processing', 'payout_check_validated', true, 'beyond'],
    ['processing', 'payout_processing', false, 'beyond'],
    ['processing', 'auth_validating', false, 'beyond'],
    ['processing', null, true, 'beyond'],
    ['processing', null, false, 'inconclusive'],
    ['approved', 'payout_check_validated', false, 'approved'],
    ['declined', null, false, 'declined'],
    ['filtered', null, false, 'filtered'],
    ['error', null, false, 'error'],
    ['unknown', 'payout_processing', false, 'unknown'],
    ['chain_declined', null, false, 'inconclusive'],
  ] as const)('%s at %s (redirect: %s) is %s', (status, stage, redirect, verdict) => {
    expect(verdictOf(status, stage, redirect)).toEqual({ verdict, unlistedWord: null })
  })

  it('reports unlisted words and stages of payout-check, and concludes nothing from them', () => {
    expect(verdictOf('surprising', null, false)).toEqual({
      verdict: 'inconclusive',
      unlistedWord: 'surprising',
    })
    expect(verdictOf('processing', 'payout_check_declined', false)).toEqual({
      verdict: 'inconclusive',
      unlistedWord: 'payout_check_declined',
    })
  })
})
