import { expect, it } from 'vitest'
import { problemsByInput, readTexts, sentBack } from './form-state.ts'

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
  expect(sentBack({ text: 'No.' }, { amount: '1' })).toEqual({
    message: 'No.',
    problems: {},
    values: { amount: '1' },
    first: null,
  })
})
