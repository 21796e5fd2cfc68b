import { describe, expect, it } from 'vitest'
import { hasChanged, problemsByInput, readTexts, sentBack } from './form-state.ts'

it("reads what a person typed, without blanks around it and without the framework's own inputs", () => {
  const form = new FormData()
  form.set('amount', ' 100.50 ')
  form.set('$ACTION_KEY', 'k123')
  form.set('upload', new Blob(['x']))
  expect(readTexts(form)).toEqual({ amount: '100.50' })
})

it('puts each problem beside its input and keeps the first one of several', () => {
  const errors = [
    { path: 'destination.account_number', message: 'Account number is required.' },
    { path: 'destination.account_number', message: 'Something else.' },
    { path: 'amount', message: 'The amount must be greater than zero.' },
  ]
  expect(problemsByInput(errors)).toEqual({
    account_number: 'Account number is required.',
    amount: 'The amount must be greater than zero.',
  })
})

it('gives a refused form back with everything that was typed', () => {
  const state = sentBack({ text: 'No.' }, { amount: '1' })
  expect(state).toEqual({
    message: 'No.',
    code: null,
    problems: {},
    values: { amount: '1' },
    first: null,
    answer: null,
  })
  expect(hasChanged(state)).toBe(false)
})

describe('a form that has more than one thing wrong', () => {
  const typed = { id: '1', reason: '', code: '', note: 'mine', password: 'secret word' }

  it('says all of it at once, each beside its input, and keeps no secret', () => {
    const errors = [{ path: 'note', message: 'At most 500 characters.' }]
    const form = {
      fixThese: 'Please fix the following:',
      missing: { code: 'Enter the code.', reason: 'Enter a reason.' },
    }
    const state = sentBack({ code: 'invalid_request', text: 'Wrong.', errors, form }, typed)
    expect(state).toEqual({
      message: 'Please fix the following:',
      code: 'invalid_request',
      problems: {
        note: 'At most 500 characters.',
        code: 'Enter the code.',
        reason: 'Enter a reason.',
      },
      values: { id: '1', reason: '', note: 'mine' },
      first: null,
      answer: null,
    })
    expect(hasChanged(state)).toBe(false)
  })

  it('puts a refusal about one input beside that input, by the name it has in this form', () => {
    const { problems } = sentBack(
      { code: 'wrong_code', text: 'Not right.' },
      { 'code-7': '123456' },
      { inputOf: (path) => `${path}-7` },
    )
    expect(problems).toEqual({ 'code-7': 'Not right.' })
  })

  it('names no input that the form does not have', () => {
    expect(sentBack({ code: 'wrong_code', text: 'Not right.' }, { id: '1' })).toMatchObject({
      message: 'Not right.',
      problems: {},
    })
  })

  it('says of what has changed that it has, and asks for nothing else', () => {
    const state = sentBack({ code: 'stale', text: 'This has changed.' }, typed)
    expect(state).toMatchObject({ message: 'This has changed.', problems: {} })
    expect(hasChanged(state)).toBe(true)
  })

  it('says what a general refusal means here, where the form has words for it', () => {
    const words = { reason_required: 'Write why.' }
    const refusal = { code: 'reason_required', text: 'Write a reason. The receiver will read it.' } as const
    expect(sentBack(refusal, { reason: '' }, { words }).problems).toEqual({ reason: 'Write why.' })
    expect(sentBack({ code: 'stale', text: 'Changed.' }, {}, { words }).message).toBe('Changed.')
  })
})
