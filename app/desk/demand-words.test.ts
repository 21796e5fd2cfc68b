import { expect, it } from 'vitest'
import { demandWords, rulesVersionWords } from './demand-words.ts'

const note = { autoApproveBelow: '50.00', currency: 'EUR', approved: false, why: 'The amount is not below.' }

it('says which rule asked for whom, and by which version', () => {
  const policyNote = {
    ...note,
    version: 7,
    demands: [
      { rule: 'Large', approvers: 2, why: 'From 1,000.00 EUR.' },
      { rule: 'High risk', approvers: 2, why: 'A check says HIGH.' },
    ],
  }
  expect(demandWords({ policyNote })).toEqual([
    '“Large” asks for two approvers. From 1,000.00 EUR.',
    '“High risk” asks for two approvers. A check says HIGH.',
  ])
  expect(rulesVersionWords({ policyNote })).toContain('version 7')
})

it('says why nobody was asked', () => {
  const policyNote = { ...note, approved: true, why: 'The amount is below the limit.', demands: [] }
  expect(demandWords({ policyNote })).toEqual(['Nobody was asked: the amount is below the limit.'])
})

it('says what it can of payouts that were not judged, or long ago', () => {
  expect(demandWords({ policyNote: null })).toEqual([])
  expect(demandWords({ policyNote: note })).toEqual([note.why])
  expect(rulesVersionWords({ policyNote: note })).toBe('')
  expect(rulesVersionWords({ policyNote: { ...note, version: 0 } })).toContain('Nobody had set rules')
})
