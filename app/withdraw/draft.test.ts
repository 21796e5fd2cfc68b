import { describe, expect, it } from 'vitest'
import { forgetDraft, keepDraft, readDraft } from './draft.ts'
import type { Draft } from './draft.ts'

/** As a browser's storage, of which only three methods are used. */
function storage(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage
}

const draft = (more: Partial<Draft> = {}): Draft => ({
  formId: 'f'.repeat(22),
  userId: 'ada',
  values: { amount: '10.50', currency: 'EUR', bank_name: 'Example Bank' },
  isSent: false,
  at: 1_000,
  ...more,
})

describe('the unfinished request', () => {
  it('is kept for its person, for a day', () => {
    const browser = storage()
    keepDraft(draft(), browser)
    expect(readDraft('ada', 2_000, browser)).toEqual(draft())
    expect(readDraft('ada', 1_000 + 24 * 3600_000, browser)).toBeNull()
    expect(readDraft('ada', 2_000, browser), 'too old once').toBeNull()
  })

  it('is deleted when somebody else opens the form', () => {
    const browser = storage()
    keepDraft(draft(), browser)
    expect(readDraft('ben', 2_000, browser)).toBeNull()
    expect(readDraft('ada', 2_000, browser)).toBeNull()
  })

  it('never holds an account number, nor a field that nobody knows', () => {
    const browser = storage()
    const values = { amount: '1', account_number: 'DE89370400440532013000', iban: 'DE89', secret_id: '7' }
    keepDraft(draft({ values }), browser)
    expect(readDraft('ada', 2_000, browser)?.values).toEqual({ amount: '1' })
  })

  it('is gone once forgotten, and what is not a draft is none', () => {
    const browser = storage()
    keepDraft(draft(), browser)
    forgetDraft(browser)
    expect(readDraft('ada', 2_000, browser)).toBeNull()
    for (const text of ['{', 'null', '{"formId":1}', '[]']) {
      browser.setItem('withdrawal', text)
      expect(readDraft('ada', 2_000, browser), text).toBeNull()
    }
  })
})
