import { describe, expect, it } from 'vitest'
import { processBalance } from './balance.ts'
import type { RawAnswer } from './verdicts.ts'

const answer = (body: string, more: Partial<RawAnswer> = {}): RawAnswer => ({
  command: 'get-balance',
  status: 200,
  headers: { date: null, contentType: null, simulator: false },
  body,
  received: { isWhole: true, problem: null },
  durationMs: 1,
  serial: null,
  request: { url: '', fields: {} },
  ...more,
})
const form = (...records: Record<string, string>[]) =>
  records
    .flatMap((record) => Object.entries(record))
    .map(([name, value]) => `${new URLSearchParams({ [name]: value }).toString()}\n`)
    .join('&')

const whole = {
  name: 'Main',
  amount: '1200.50',
  'online-balance-live-amount': '1000.50',
  'total-short-term-hold-amount': '150',
  'total-rolling-reserve-amount': '50.00',
  currency: 'EUR',
  'amount-buffer-hold': '25.00',
}
const told = {
  name: 'Main',
  currency: 'EUR',
  amount: '1200.50',
  live: '1000.50',
  shortTermHold: '150',
  rollingReserve: '50.00',
  bufferHold: '25.00',
}
const bare = { live: null, shortTermHold: null, rollingReserve: null, bufferHold: null }

describe('a balance', () => {
  it('is read from a form, also behind a type', () => {
    expect(processBalance(answer(form(whole)))).toEqual({ kind: 'balances', balances: [told] })
    const typed = form({ type: 'balance-response', 'serial-number': '00-1', ...whole })
    expect(processBalance(answer(typed))).toEqual({ kind: 'balances', balances: [told] })
  })

  it('is read from JSON, with texts or numbers, digits and all', () => {
    expect(processBalance(answer(JSON.stringify(whole)))).toEqual({ kind: 'balances', balances: [told] })
    const body = '{"name":"Main","amount":12345678901234.10,"currency":"eur","amount-buffer-hold":null}'
    expect(processBalance(answer(body))).toEqual({
      kind: 'balances',
      balances: [{ ...bare, name: 'Main', currency: 'EUR', amount: '12345678901234.10' }],
    })
  })

  it('needs no more than an amount and a currency, and may be below zero', () => {
    expect(processBalance(answer(form({ amount: '-3.5', currency: 'USD', name: '' })))).toEqual({
      kind: 'balances',
      balances: [{ ...bare, name: null, currency: 'USD', amount: '-3.5' }],
    })
  })

  it('may be one of several, however they are written', () => {
    const other = { ...whole, name: 'Reserve', currency: 'USD' }
    const both = { kind: 'balances', balances: [told, { ...told, name: 'Reserve', currency: 'USD' }] }
    expect(processBalance(answer(form(whole, other)))).toEqual(both)
    expect(processBalance(answer(JSON.stringify([whole, other])))).toEqual(both)
    expect(processBalance(answer(JSON.stringify({ type: 'x', balances: [whole, other] })))).toEqual(both)
    expect(processBalance(answer('[]'))).toEqual({ kind: 'balances', balances: [] })
  })
})

describe('no balance', () => {
  const refusal = { type: 'validation-error', 'error-message': 'Not enabled', 'error-code': '7' }

  it('is a refusal in either mode', () => {
    const refused = { kind: 'validation_error', code: '7', message: 'Not enabled' }
    expect(processBalance(answer(form(refusal)))).toMatchObject(refused)
    expect(processBalance(answer(JSON.stringify(refusal), { status: 400 }))).toMatchObject(refused)
    expect(processBalance(answer(form({ ...refusal, type: 'error' })))).toMatchObject({ kind: 'error' })
    expect(processBalance(answer('{"error-message":"No"}'))).toMatchObject({ kind: 'validation_error' })
  })

  it.each([401, 403, 404])('is a lock-out at HTTP %i', (status) => {
    expect(processBalance(answer('no', { status }))).toMatchObject({ kind: 'locked_out', httpStatus: status })
  })

  it.each([
    ['nothing', answer('')],
    ['a page', answer('<html></html>')],
    ['noise', answer('%')],
    ['no JSON', answer('{"amount":')],
    [
      'a body that was cut',
      answer(form(whole).slice(0, -3), { received: { isWhole: false, problem: null } }),
    ],
    ['an amount in words', answer(form({ ...whole, amount: 'many' }))],
    ['an exponent', answer('{"amount":1e9,"currency":"EUR"}')],
    ['no currency', answer(form({ amount: '5' }))],
    ['one of two that cannot be read', answer(form(whole, { ...whole, amount: '?' }))],
    ['a list within a list', answer('[[1]]')],
    ['HTTP 503', answer(form(whole), { status: 503 })],
    ['an answer that only says that it was taken', answer(form({ type: 'async-response' }))],
  ])('is believed in %s', (_, raw) => {
    const verdict = processBalance(raw)
    expect(verdict.kind).toBe('silence')
    expect(JSON.stringify(verdict)).not.toContain('1200')
  })
})
